"""How compact the latent spaces of both reparametrisations are, side by side, as a Markdown table.

    python benchmarks/compactness.py [--stores real.images.h5 synthetic.images.h5] [--steps 600] [--seeds 3]

Trains each architecture with z ~ N(mu, I) and with the variance learned, from the same seeds, on the train
rows of the stores, and measures on test rows; without stores, on the two sets of digits that come with the
program.
Cells are the mean over seeds of the median over images, and the standard deviation over seeds.
"""

import argparse
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.demo.digits import real_digits, rendered_digits
from synthgap_cli.devices import resolve_precision, threads
from synthgap_cli.imaging.small_changes import SMALL_CHANGES
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.store.reader import open_store
from synthgap_cli.vaes.building import build_vae, recipe_for
from synthgap_cli.vaes.compactness import change_images, decode_all, encode_all, step_latents, walk_lines
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.quality import psnr
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.trainer import Trainer

CPU = torch.device("cpu")
NETWORKS: dict[str, dict[str, Any]] = {"resvae": {"blocks": 16}, "compact": {}}
REPARAMETRISATIONS = ("unit", "gaussian")
MEASURED = 256  # images
PAIRS, LINE = 64, 17  # lines, and images of each
SIZES = (0.1, 0.5, 1.0)

Images = NDArray[np.uint8]
Rows = dict[str, tuple[NDArray[np.intp], ...]]  # of train, val and test by domain
Measured = dict[tuple[str, str, str], float]  # table, row, column


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=Path, nargs=2)
    parser.add_argument("--networks", nargs="+", default=list(NETWORKS), choices=list(NETWORKS))
    parser.add_argument("--size", type=int, help="pixels; default: the stores'")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    images, rows = from_stores(asked.stores) if asked.stores else digits()
    size = asked.size or images.shape[1]
    sizes = {domain: tuple(len(part) for part in parts) for domain, parts in rows.items()}
    print(f"{size} pixels, {asked.steps} steps, {asked.seeds} seeds; images (train, val, test): {sizes}\n")
    for name in asked.networks:
        runs: dict[str, list[Measured]] = {}
        for reparam, seed in itertools.product(REPARAMETRISATIONS, range(asked.seeds)):
            options = {**NETWORKS[name], "reparam": reparam}
            config = {"architecture": name, "image_size": size, "options": options}
            vae = train(config, images, rows, asked.steps, seed)
            runs.setdefault(reparam, []).append(measure(vae, images, rows))
        print_tables(name, runs)


def from_stores(paths: list[Path]) -> tuple[Images, Rows]:
    images, rows, start = [], {}, 0
    for path in paths:
        with open_store(path) as store:
            split = store.samples()["split"]
            images.append(store.dataset("images")[...])
            parts = tuple(start + np.flatnonzero(split == name) for name in ("train", "val", "test"))
            rows[store.header.domain] = parts
        start += len(split)
    return np.concatenate(images), rows


def digits() -> tuple[Images, Rows]:
    real = real_digits()
    sides = {"real": real.images, "synthetic": rendered_digits(real.labels, seed=0).images}
    rows, start = {}, 0
    for domain, images in sides.items():
        order = start + np.random.default_rng(0).permutation(len(images))
        rows[domain] = tuple(np.split(order, [len(order) * 6 // 10, len(order) * 7 // 10]))
        start += len(images)
    return np.concatenate(list(sides.values())), rows


def train(config: dict[str, Any], images: Images, rows: Rows, steps: int, seed: int) -> Vae:
    torch.manual_seed(seed)
    vae = build_vae(config)
    recipe = recipe_for(vae, "default")
    train_rows = {domain: parts[0] for domain, parts in rows.items()}
    epochs = max(1, round(steps * recipe.batch_size / sum(map(len, train_rows.values()))))
    validation = np.concatenate([parts[1] for parts in rows.values()])[:MEASURED]
    trainer = Trainer(
        vae,
        images,
        train_rows,
        validation,
        replace(recipe, epochs=epochs),
        seed=seed,
        execution=Execution(CPU, resolve_precision("auto", CPU)),
    )
    with threads(1):
        for _ in trainer:
            pass
    return vae.eval()


def measure(vae: Vae, images: Images, rows: Rows) -> Measured:
    """Return the medians over test images of one trained autoencoder, by table, row and column."""
    tests = [parts[2][np.random.default_rng(0).permutation(len(parts[2]))] for parts in rows.values()]
    chosen = np.concatenate([test[: MEASURED // len(tests)] for test in tests])
    unit = to_unit_tensor(images[chosen], device=CPU, size=vae.image_size)
    found: Measured = {}
    for name, change in SMALL_CHANGES.items():
        moves = change_images(vae, unit, change(unit, torch.Generator().manual_seed(0)), device=CPU)
        found["change of images", name, "image moves, %"] = 100 * float(moves.image.median())
        found["change of images", name, "latent moves, %"] = 100 * float(moves.latent.median())
        found["change of images", name, "in noise sd"] = float(moves.noise.median())
    for of, size in itertools.product(("spread", "noise"), SIZES):
        moves = step_latents(vae, unit, size=size, of=of, seed=0, device=CPU)
        row = f"{size:g} sd of the {of}"
        found["step of latents", row, "latent moves, %"] = 100 * float(moves.latent.median())
        found["step of latents", row, "image moves, %"] = 100 * float(moves.image.median())
    pairs = torch.from_numpy(np.random.default_rng(0).permutation(len(unit))[: 2 * PAIRS].reshape(-1, 2))
    lines = walk_lines(vae, unit, pairs, steps=LINE, device=CPU)
    found["line between latents", "way over distance", "median"] = float(lines.detour.median())
    found["line between latents", "largest step over mean", "median"] = float(lines.largest_step.median())
    decoded = decode_all(vae, encode_all(vae, unit, CPU).mean, CPU)
    found["line between latents", "PSNR at its ends, dB", "median"] = float(psnr(unit, decoded).median())
    return found


def print_tables(name: str, runs: dict[str, list[Measured]]) -> None:
    """Print a table for each kind of question; a column for each quantity and reparametrisation."""
    print(f"### {name}\n")
    measured = list(runs[REPARAMETRISATIONS[0]][0])
    for table, keys in itertools.groupby(measured, key=lambda key: key[0]):
        listed = list(keys)
        quantities = list(dict.fromkeys(quantity for _, _, quantity in listed))
        columns = [(quantity, reparam) for quantity in quantities for reparam in REPARAMETRISATIONS]
        print(f"| {table} | {' | '.join(f'{quantity}: {reparam}' for quantity, reparam in columns)} |")
        print(f"|---|{'---:|' * len(columns)}")
        for row in dict.fromkeys(row for _, row, _ in listed):
            cells = [
                cell([run[table, row, quantity] for run in runs[reparam]]) for quantity, reparam in columns
            ]
            print(f"| {row} | {' | '.join(cells)} |")
        print(flush=True)


def cell(values: list[float]) -> str:
    spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return f"{np.mean(values):.3g} ± {spread:.1g}" if spread else f"{np.mean(values):.3g}"


if __name__ == "__main__":
    main()
