"""Images for the comparison of autoencoders: folders split by scene, or two photographs that are at hand."""

# N images, S side, H height, W width

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_sample_images

from synthgap_cli.imaging.decode import decode_image
from synthgap_cli.imaging.grouping import groups_of
from synthgap_cli.imaging.resize import fit_image
from synthgap_cli.imaging.scan import scan
from synthgap_cli.statistics.splits import assign_splits

CROPS = 600  # to train on, of each photograph; a quarter of it to validate on


class Images(NamedTuple):
    """Images uint8 ``(N, S, S, 3)`` and rows of them: to train on, by domain, and to validate on."""

    pixels: NDArray[np.uint8]
    train: dict[str, NDArray[np.intp]]
    val: NDArray[np.intp]


def folders(paths: Sequence[str], group_regex: str | None, size: int) -> Images:
    """Return the images of folders, one a domain, split by scene as ``synthgap prepare`` splits them."""
    pixels: list[NDArray[np.uint8]] = []
    train, val = {}, []
    for path in paths:
        found = scan(Path(path))
        splits = assign_splits(groups_of([one.id for one in found], regex=group_regex), seed=0)
        train[path] = len(pixels) + np.flatnonzero(splits == "train")
        val.append(len(pixels) + np.flatnonzero(splits == "val"))
        pixels += [fit_image(decode_image(one.path), size=size) for one in found]
    return Images(np.stack(pixels), train, np.concatenate(val))


def photographs(size: int, seed: int) -> Images:
    """Return random squares of scikit-learn's two photographs: their left to train on."""
    rng = np.random.default_rng(seed)
    pixels: list[NDArray[np.uint8]] = []
    train, val = {}, []
    for name, photograph in zip(("temple", "flower"), load_sample_images().images, strict=True):  # (H, W, 3)
        border = photograph.shape[1] * 3 // 4
        train[name] = len(pixels) + np.arange(CROPS)
        pixels += [crop(photograph[:, :border], size, rng) for _ in range(CROPS)]
        val.append(len(pixels) + np.arange(CROPS // 4))
        pixels += [crop(photograph[:, border:], size, rng) for _ in range(CROPS // 4)]
    return Images(np.stack(pixels), train, np.concatenate(val))


def crop(photograph: NDArray[np.uint8], size: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a random square of the photograph, ``(S, S, 3)``, reduced to ``size``."""
    side = rng.integers(size, min(photograph.shape[:2]) + 1)
    top, left = (rng.integers(0, length - side + 1) for length in photograph.shape[:2])
    square = photograph[top : top + side, left : left + side].copy()
    return fit_image(torch.from_numpy(square).permute(2, 0, 1), size=size)
