"""Two sets of digits with a real gap between them: handwritten, and rendered from fonts."""

# N digits

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from synthgap_cli.demo.acquisition import acquire
from synthgap_cli.demo.glyphs import FONTS, draw_digit, load_font
from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor

SIZE = 32  # pixels

_FULL = 16  # count of a cell that is all ink


@dataclass(frozen=True)
class Digits:
    """Pictures of digits.

    Attributes
    ----------
    images : uint8 (N, 32, 32, 3)
        Grey, ink bright on a dark ground.
    labels : int (N,)
        0 to 9.
    groups : str (N,)
        The font; empty where a hand wrote the digit, for whose is not recorded.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]


def real_digits() -> Digits:
    """Return the 1,797 handwritten digits that come with scikit-learn.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical Recognition of Handwritten Digits, doi:10.24432/C50P49.
    """
    data = load_digits()
    return Digits(_to_images(data.images), data.target, np.full(len(data.target), ""))


def rendered_digits(labels: NDArray[np.int64] | None = None, *, seed: int) -> Digits:
    """Return digits rendered from fonts, put through the same acquisition as the handwritten ones.

    Parameters
    ----------
    labels : int (N,), optional
        Which digits; by default those of `real_digits`, one by one.
    seed : int
        Of the fonts and of all that varies.
    """
    if labels is None:
        labels = load_digits().target
    rng = np.random.default_rng(seed)
    groups = rng.choice(FONTS, size=len(labels))
    fonts = {name: load_font(name) for name in FONTS}
    counts = [
        acquire(draw_digit(digit, fonts[group], rng)) for digit, group in zip(labels, groups, strict=True)
    ]
    return Digits(_to_images(np.stack(counts)), labels, groups)


def _to_images(counts: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return uint8 ``(N, 32, 32, 3)`` of counts of ink ``(N, 8, 8)``, enlarged by the program's filter."""
    levels = np.rint(counts * (255 / _FULL)).astype(np.uint8)
    rgb = np.repeat(levels[..., None], 3, axis=-1)  # (N, 8, 8, 3)
    return to_uint8(to_unit_tensor(rgb, device=torch.device("cpu"), size=SIZE))
