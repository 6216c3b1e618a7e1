"""How large the windows of the affine detail should be, and how strong its ridge, beside the residual.

    python benchmarks/translation_detail.py STUDY/synthetic.resvae-32.ot-0p5.latents.h5

For each setting the originals of train and val are translated at their stored size. Content is the mean
structural similarity of val images to what they were; style is the area under the ROC curve of a linear
classifier that learned from train rows by `imaging.style` and is asked about val rows, as `shift --method
auto` asks it. Test rows are not looked at.
"""

import argparse
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from synthgap_cli.devices import CPU
from synthgap_cli.imaging.ssim import ssim
from synthgap_cli.imaging.style import style_statistics
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.shifts.sight import Coordinates, scores_of_strangers
from synthgap_cli.stages.translation.stores import translate_batch
from synthgap_cli.stages.translation.translator import codec_of
from synthgap_cli.statistics.auc import structural_components
from synthgap_cli.store.files import find_parent, read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.translation.details import affine, residual

AT_ONCE = 16
SPLITS = ("train", "val")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shifted", type=Path)
    shifted = read_header(parser.parse_args().shifted)
    (unshifted,) = find_parent(shifted, "source")
    (target,) = find_parent(shifted, "target")
    synthetic, real = (find_parent(one, "images")[0] for one in (unshifted, target))
    rows = [rows_of(header) for header in (synthetic, real)]
    originals = [read(synthetic, "images", side) for side in rows[0]]
    theirs = [style_statistics(read(real, "images", side)) for side in rows[1]]
    latents, moved = ([read(one, "mean", side) for side in rows[0]] for one in (unshifted, shifted))
    codec = codec_of(shifted, device=CPU, precision="fp32")
    coordinates = Coordinates(theirs[0], style_statistics(originals[0]))

    def style(images: list[np.ndarray]) -> float:
        ours = [coordinates.of(style_statistics(side)) for side in images]
        aims = [coordinates.of(side) for side in theirs]
        scores = scores_of_strangers((aims[0], ours[0]), (aims[1], ours[1]))
        return float(structural_components(*scores)[1].mean())

    print("| detail | style | content |\n|---|---:|---:|")
    print(f"| none | {style(originals):.3f} | 1.000 |", flush=True)
    for name, detail in details().items():
        translated = [
            np.concatenate(
                [
                    translate_batch(
                        images[i : i + AT_ONCE], z[i : i + AT_ONCE], t[i : i + AT_ONCE], codec, detail
                    )
                    for i in range(0, len(images), AT_ONCE)
                ]
            )
            for images, z, t in zip(originals, latents, moved, strict=True)
        ]
        print(
            f"| {name} | {style(translated):.3f} | {content(originals[1], translated[1]):.3f} |", flush=True
        )


def details() -> dict[str, SimpleNamespace]:
    found = {"residual": SimpleNamespace(fit=residual.fit, apply=residual.apply)}
    for reach in (1, 2, 4, 8):
        for ridge in (0.003, 0.01, 0.03):
            fit = partial(affine.fit, reach=reach, ridge=ridge**2)
            found[f"affine, reach {reach}, ridge {ridge:g}²"] = SimpleNamespace(fit=fit, apply=affine.apply)
    return found


def rows_of(header: Header) -> list[np.ndarray]:
    with open_store(header.path) as store:
        samples = store.samples()
    return [samples.rows_in((split,)) for split in SPLITS]


def read(header: Header, name: str, rows: np.ndarray) -> np.ndarray:
    with open_store(header.path) as store:
        return store.dataset(name)[...][rows]


def content(before: np.ndarray, after: np.ndarray) -> float:
    with torch.inference_mode():
        return float(ssim(*(to_unit_tensor(side, device=CPU) for side in (before, after))).mean())


if __name__ == "__main__":
    main()
