"""What instance norm in the stem costs an autoencoder: it cannot see, nor restore, exposure and colour.

    python benchmarks/instance_norm_blindness.py [--folder FOLDER] [--steps 600] [--figure blindness.png]

Trains `resvae` twice on the same pictures, half of which are darkened and tinted: with its default norm, and
with ``--norm instance --pad reflect``, as in UNIT. Prints, on pictures that neither was trained on, the PSNR
of both halves and how well a logistic regression tells the halves apart by their latents: half is chance.
Without a folder the pictures are drawn: a sky, a ground, and discs.
"""

# N pictures of each half, S side, Z latents

import argparse
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from synthgap_cli.figures.image_grid import ImageRow, draw
from synthgap_cli.imaging.load import Loaded, load_images
from synthgap_cli.imaging.scan import scan
from synthgap_cli.imaging.tensors import to_uint8
from synthgap_cli.statistics.auc import estimate_auc
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.quality import psnr
from synthgap_cli.vaes.training.schedules import one_cycle

SIDE, BLOCKS, BATCH, RATE = 64, 16, 16, 2e-3
GAIN, TINT = 0.5, (0.10, 0.02, 0.0)
SHARE_TRAINED_ON = 0.75
NORMS = {
    "default norm": {},
    "instance norm": {"norm": "instance", "pad": "reflect"},
}


def main(folder: Path | None, steps: int, figure: Path | None) -> None:
    torch.set_num_threads(1)
    pictures = read(folder) if folder else drawn(800, np.random.default_rng(0))
    train, test = split(pictures)  # halves of each: as it is, and darkened
    rows = [ImageRow("pictures", shown(*test))]
    print(f"{2 * len(train[0])} pictures to train on, {2 * len(test[0])} to test on; {steps} steps")
    print("| | PSNR of originals | PSNR of darkened | AUC of a linear probe |\n|---|---|---|---|")
    for name, options in NORMS.items():
        vae = trained(options, torch.cat(train), steps)
        with torch.inference_mode():
            restored = [vae.decode(vae.encode(half).mean) for half in test]
        ratios = [float(psnr(*pair).mean()) for pair in zip(test, restored, strict=True)]
        auc = probe(vae, train, test)
        print(f"| {name} | {ratios[0]:.1f} dB | {ratios[1]:.1f} dB | {auc} |", flush=True)
        rows.append(ImageRow(f"restored, {name}", shown(*restored)))
    if figure:
        draw(rows, captions=["as it is"] * 4 + ["darkened"] * 4).savefig(figure, dpi=72)


def read(folder: Path) -> Tensor:
    images = [item.pixels for item in load_images(scan(folder), size=SIDE) if isinstance(item, Loaded)]
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255


def drawn(count: int, rng: np.random.Generator) -> Tensor:
    down, across = np.mgrid[:SIDE, :SIDE] / SIDE
    pictures = []
    for _ in range(count):
        sky, haze, ground = (
            rng.uniform((0.3, 0.5, 0.7), (0.5, 0.7, 0.9)),
            rng.uniform(0.6, 0.9, 3),
            rng.uniform(0.15, 0.5, 3),
        )
        horizon = rng.uniform(0.4, 0.7)
        fade = (down / horizon)[..., None]
        picture = np.where(
            down[..., None] < horizon, (1 - fade) * sky + fade * haze, ground * (0.7 + 0.3 * down[..., None])
        )
        for _ in range(rng.integers(3, 8)):
            middle, radius, colour = (
                rng.uniform(0.1, 0.9, 2),
                rng.uniform(0.04, 0.18),
                rng.uniform(0.1, 0.9, 3),
            )
            inside = np.hypot(down - middle[0], across - middle[1]) < radius
            shade = 1 - 0.5 * (down - middle[0]) / radius
            picture = np.where(inside[..., None], np.clip(colour * shade[..., None], 0, 1), picture)
        pictures.append(picture)
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()


def split(pictures: Tensor) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return training and test pictures, each as halves of different scenes: as they are, and darkened."""
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))
    tint = torch.tensor(TINT).view(1, 3, 1, 1)
    first, second = pictures[order].chunk(2)
    second = GAIN * second[: len(first)] + tint
    cut = int(SHARE_TRAINED_ON * len(second))
    return (first[:cut], second[:cut]), (first[cut : len(second)], second[cut:])


def trained(options: dict[str, str], unit: Tensor, steps: int) -> Vae:
    torch.manual_seed(0)
    vae = build_vae({"architecture": "resvae", "image_size": SIDE, "options": {"blocks": BLOCKS, **options}})
    optimizer = torch.optim.Adam(vae.parameters(), betas=(0.9, 0.99))
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = RATE * one_cycle(step, steps)
        batch = unit[torch.randint(len(unit), (BATCH,))]
        decoded, _ = vae(batch, torch.randn(BATCH, *vae.latent_shape))
        optimizer.zero_grad()
        (decoded - batch).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
    return vae.eval()


def probe(vae: Vae, train: tuple[Tensor, Tensor], test: tuple[Tensor, Tensor]) -> str:
    """Return how well a linear map of the latents tells the halves apart, with its interval."""
    with torch.inference_mode():
        means, unseen = (vae.encode(torch.cat(halves)).mean.flatten(1).numpy() for halves in (train, test))
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
    judge.fit(means, np.repeat([False, True], len(train[0])))
    told = estimate_auc(np.repeat([False, True], len(test[0])), judge.decision_function(unseen))
    return f"{told.auc:.2f} ({told.low:.2f} to {told.high:.2f})"


def shown(originals: Tensor, darkened: Tensor) -> np.ndarray:
    return to_uint8(torch.cat([originals[:4], darkened[:4]]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--figure", type=Path)
    main(**vars(parser.parse_args()))
