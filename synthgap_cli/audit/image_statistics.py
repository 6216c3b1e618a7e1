"""The columns that a glance at the pixels gives: colour, contrast, sharpness, noise, JPEG's 8x8 blocks."""

# n images of a batch, N of all, H height, W width

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from synthgap_cli.audit.columns import Column

Levels = NDArray[np.float32]

SMALLEST = 24  # pixels a side from which texture is measured: three blocks
BLOCK = 8  # ITU-T T.81
_FLAT = 0.002  # levels; the spread of steps that even a flat image is taken to have

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601, as in JPEG
_FREQUENCIES = np.geomspace(0.04, 0.5, 9)  # cycles a pixel; edges of the rings that the slope is fitted to


def image_statistics(batches: Iterable[NDArray[np.uint8]]) -> list[Column]:
    """Return a column for each statistic of N images, each a float64 (N,); no image touches another's.

    Two that separate as well are named in this order. Images under 24 pixels a side have colour and
    contrast alone.

    Parameters
    ----------
    batches : iterable of uint8 (n, H, W, 3)
        RGB images of one size.

    Notes
    -----
    * ``block_edges``: see `block_edges`. ``sharpness``: variance of the discrete Laplacian, logarithmic.
      ``noise``: Immerkaer's estimate of the standard deviation, in levels. ``spectral_slope``: of log power
      over log frequency, about -2 for photographs.
    * ``contrast``: standard deviation of luma, in levels. ``saturation``: mean of HSV's, 0 to 1.
      ``red``, ``green``, ``blue``: means, in levels.

    References
    ----------
    Immerkaer (1996), doi:10.1006/cviu.1996.0060; Field (1987), doi:10.1364/JOSAA.4.002379.
    """
    measured = [_measure(batch) for batch in batches]
    return [
        Column(name, _TITLES[name], np.concatenate([one[name] for one in measured]).astype(np.float64))
        for name in measured[0]
    ]


_TITLES = {
    "block_edges": "8x8 block edges",
    "sharpness": "sharpness",
    "noise": "noise, levels",
    "spectral_slope": "spectral slope",
    "contrast": "contrast, levels",
    "saturation": "saturation",
    "red": "mean red",
    "green": "mean green",
    "blue": "mean blue",
}


def _measure(batch: NDArray[np.uint8]) -> dict[str, Levels]:
    luma = batch.astype(np.float32) @ _LUMA  # (n, H, W)
    colour = batch.mean(axis=(1, 2), dtype=np.float64).astype(np.float32)  # (n, 3)
    texture = {}
    if min(luma.shape[1:]) >= SMALLEST:
        texture = {
            "block_edges": block_edges(luma),
            "sharpness": _sharpness(luma),
            "noise": _noise(luma),
            "spectral_slope": _spectral_slope(luma),
        }
    return {
        **texture,
        "contrast": luma.std(axis=(1, 2)),
        "saturation": _saturation(batch),
        "red": colour[:, 0],
        "green": colour[:, 1],
        "blue": colour[:, 2],
    }


def block_edges(luma: Levels) -> Levels:
    """Return how far steps at every eighth pixel stand out from those elsewhere, in their spreads, (n,).

    The step between two neighbours counts by how far it exceeds the steps beside it. Its mean is taken for
    each of the eight places at which a grid can start, the images having been cropped anywhere; the
    strongest place is held against mean and spread of the seven others, and both directions are averaged.
    Without a grid that is 2.3 in the median and seldom above 3.8 (the largest of eight), whether the image
    is smooth or rich; relative to the size of all steps, smooth images would seem blocky. Photographs of
    128 pixels saved as JPEG of quality 60 have 3.9 in the median.

    Parameters
    ----------
    luma : float32 (n, H, W)
        At least 24 pixels a side.

    References
    ----------
    After Wang, Sheikh and Bovik (2002), doi:10.1109/ICIP.2002.1038064, who know where the grid starts.
    """
    both = _grid_of_columns(luma), _grid_of_columns(luma.swapaxes(1, 2))
    return np.asarray((both[0] + both[1]) / 2, dtype=np.float32)


def _grid_of_columns(luma: Levels) -> Levels:
    steps = np.abs(np.diff(luma, axis=2))  # (n, H, W - 1)
    excess = (steps[..., 1:-1] - (steps[..., :-2] + steps[..., 2:]) / 2).mean(axis=1)  # (n, W - 3)
    whole = excess[:, : excess.shape[1] // BLOCK * BLOCK]
    of_place = np.sort(whole.reshape(len(luma), -1, BLOCK).mean(axis=1), axis=1)  # (n, 8)
    others = of_place[:, :-1]
    return np.asarray((of_place[:, -1] - others.mean(axis=1)) / (others.std(axis=1) + _FLAT))


def _sharpness(luma: Levels) -> Levels:
    middle = luma[:, 1:-1, 1:-1]
    around = luma[:, :-2, 1:-1] + luma[:, 2:, 1:-1] + luma[:, 1:-1, :-2] + luma[:, 1:-1, 2:]
    return np.asarray(np.log((4 * middle - around).var(axis=(1, 2)) + 1))


def _noise(luma: Levels) -> Levels:
    curved = np.diff(np.diff(luma, 2, axis=1), 2, axis=2)  # equation 1's mask [[1, -2, 1], [-2, 4, -2], ...]
    return np.asarray(np.sqrt(np.pi / 2) / 6 * np.abs(curved).mean(axis=(1, 2)))


def _saturation(batch: NDArray[np.uint8]) -> Levels:
    largest, smallest = batch.max(axis=3).astype(np.float32), batch.min(axis=3)
    return np.asarray(((largest - smallest) / np.maximum(largest, 1)).mean(axis=(1, 2)))


def _spectral_slope(luma: Levels) -> Levels:
    _, height, width = luma.shape
    window = np.outer(np.hanning(height), np.hanning(width))
    centred = luma - luma.mean(axis=(1, 2), keepdims=True)
    power = np.abs(scipy.fft.rfft2(centred * window.astype(np.float32))) ** 2  # (n, H, W // 2 + 1)
    frequency = np.hypot(scipy.fft.fftfreq(height)[:, None], scipy.fft.rfftfreq(width))
    ring = np.digitize(frequency, _FREQUENCIES)
    middles = np.sqrt(_FREQUENCIES[1:] * _FREQUENCIES[:-1])
    known = [index for index in range(1, len(_FREQUENCIES)) if (ring == index).any()]
    levels = np.log(np.stack([power[:, ring == index].mean(axis=1) for index in known], axis=1) + 1e-3)
    octaves = np.log(middles[np.asarray(known) - 1])
    octaves -= octaves.mean()
    slope = levels @ octaves / (octaves @ octaves)
    return np.asarray(slope, dtype=np.float32)
