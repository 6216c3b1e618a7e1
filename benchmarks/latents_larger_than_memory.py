"""`synthgap encode` and `decode` of latents that need not fit into memory.

    python benchmarks/latents_larger_than_memory.py [--gigabytes 4] [--latents 16384]

Writes a store of small images and an autoencoder of random weights with many latents into a temporary
directory, which is removed at the end, encodes and decodes; then an eighth of the images. Each command is a
process of its own, so that its peak memory holds the interpreter and its imports.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from synthgap_cli.stages.run import Run
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import write_vae
from synthgap_cli.store.writer import create_store
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.model import weights_of

SIZE, BLOCK = 16, 1000
NUMBERS = 2  # a latent: mean and log-variance


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=4, help="of latents, with their variances")
    parser.add_argument("--latents", type=int, default=16384)
    asked = parser.parse_args()
    largest = int(asked.gigabytes * 1e9 / 4 / NUMBERS / asked.latents)
    print("| images | latents, GB | encode, s | peak, MB | decode, s | peak, MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    for count in (largest // 8, largest):
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            write_images(directory / "real.images.h5", count)
            write_random_vae(directory / "classic.vae.safetensors", asked.latents)
            encoded = run(
                "encode", directory / "real.images.h5", "--vae", directory / "classic.vae.safetensors"
            )
            latents = directory / "real.classic.latents.h5"
            decoded = run("decode", latents)
            size = latents.stat().st_size / 1e9
        cells = [f"{count}", f"{size:.2f}", *(f"{one:.0f}" for one in (*encoded, *decoded))]
        print(f"| {' | '.join(cells)} |", flush=True)


def write_images(path: Path, count: int) -> None:
    """Write a store of noise."""
    rng = np.random.default_rng(0)
    header = Header(Kind.IMAGES, Run().provenance(Recipe("benchmark", {}, ()), []), "real", "reference")
    ids = np.array([f"{row}.png" for row in range(count)], dtype=object)
    constant = {name: np.full(count, "test", dtype=object) for name in ("split", "group", "source")}
    with create_store(path, header) as store:
        images = store.rows("images", (SIZE, SIZE, 3), "uint8")
        for start in range(0, count, BLOCK):
            images.append(rng.integers(0, 256, (min(BLOCK, count - start), SIZE, SIZE, 3), dtype=np.uint8))
        store.samples(Samples({"id": ids, **constant}))


def write_random_vae(path: Path, latents: int) -> None:
    """Write an autoencoder that costs little beside its latents."""
    torch.manual_seed(0)
    options = {"hidden": [64, 8], "latents": latents}
    vae = build_vae({"architecture": "classic", "image_size": SIZE, "options": options})
    provenance = Run().provenance(Recipe("benchmark", {}, ()), [])
    header = Header(Kind.VAE, provenance, steps=(vae.tag,), attributes={"config": vae.config})
    write_vae(path, header, weights_of(vae))


def run(*arguments: str | Path) -> tuple[float, float]:
    """Return seconds and peak megabytes of a command."""
    line = [sys.executable, "-m", "synthgap_cli", *map(str, arguments), "-q"]
    start = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(line[0], line, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0, line
    return time.perf_counter() - start, usage.ru_maxrss / 1000


if __name__ == "__main__":
    main()
