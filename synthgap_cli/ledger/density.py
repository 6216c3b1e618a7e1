"""Where latents lie: near the origin or not, close to each other or not, among the real ones or not."""

# n rows of a set, Z latents, b rows of a block

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from synthgap_cli.distances.measures._pairwise import squared_distances

EDGE = 1.5  # half the side of the cube in which the thesis counts
_BLOCK = 256  # rows

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Density:
    """How densely a set of latents fills the space.

    Attributes
    ----------
    share_per_axis : float
        Share of all coordinates within [-1.5, 1.5]; 0.866 for a standard normal.
    share_joint : float
        Share of the rows with every coordinate within: ``share_per_axis ** Z`` were they independent, so
        next to nothing where Z is large.
    nearest_own, nearest_real : float
        Median distances to the nearest other row of the set and to the nearest real row. They fall with the
        number of rows and grow with Z: compare sets of as many rows of one space.
    nearest_real_low, nearest_real_high : float
        Quartiles of the latter.
    n : int
    """

    share_per_axis: float
    share_joint: float
    nearest_own: float
    nearest_real: float
    nearest_real_low: float
    nearest_real_high: float
    n: int


def describe_density(latents: Mapping[str, NDArray[np.floating]], *, real: str) -> dict[str, Density]:
    """Return how densely each set of latents fills the space, by name.

    Parameters
    ----------
    latents : mapping of str to floating (n, Z)
        At least two rows each.
    real : str
        The name of the real ones.

    References
    ----------
    Thesis, section 2e, which counts points in the cube and divides by three: that is a number per axis, no
    density. Both shares are given here instead.
    """
    centre = latents[real].mean(axis=0, dtype=np.float64)
    moved = {name: rows - centre for name, rows in latents.items()}  # float64, for distances that round less
    return {
        name: _describe(rows, moved[name], None if name == real else moved[real])
        for name, rows in latents.items()
    }


def principal_points(latents: Mapping[str, NDArray[np.floating]], *, real: str) -> dict[str, Array]:
    """Return ``(n, 2)`` for each set: where it lies along the two leading principal axes of the real set.

    Along the axes, which have length one, but not from the real mean: the origin is that of the latents, so
    that the cube of the thesis and the prior are where the reader expects them. An axis points to where its
    largest component is positive.
    """
    rows = latents[real] - latents[real].mean(axis=0, dtype=np.float64)
    axes = _leading_axes(rows)  # (Z, 2)
    return {name: of.astype(np.float64) @ axes for name, of in latents.items()}


def _describe(rows: NDArray[np.floating], moved: Array, real: Array | None) -> Density:
    """Return the density of ``rows``; ``real`` is None where they are the real ones."""
    within = np.abs(rows) <= EDGE  # (n, Z)
    own = _nearest(moved, None)
    quartiles = np.quantile(own if real is None else _nearest(moved, real), [0.25, 0.5, 0.75])
    return Density(
        share_per_axis=float(within.mean()),
        share_joint=float(within.all(axis=1).mean()),
        nearest_own=float(np.median(own)),
        nearest_real=float(quartiles[1]),
        nearest_real_low=float(quartiles[0]),
        nearest_real_high=float(quartiles[2]),
        n=len(rows),
    )


def _nearest(rows: Array, others: Array | None) -> Array:
    """Return the distance of each row to the nearest of the others, or of the other rows, ``(n,)``."""
    nearest = []
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        apart = squared_distances(block, rows if others is None else others)  # (b, n)
        if others is None:
            apart[np.arange(len(block)), start + np.arange(len(block))] = np.inf
        nearest.append(np.sqrt(apart.min(axis=1)))
    return np.concatenate(nearest)


def _leading_axes(centred: Array) -> Array:
    """Return two orthonormal axes ``(Z, 2)``, by way of rows times rows: latents may be many more."""
    last = len(centred) - 1
    _, vectors = eigh(centred @ centred.T, subset_by_index=[last - 1, last])  # (n, 2), ascending
    axes, _ = np.linalg.qr(centred.T @ vectors[:, ::-1])
    largest = np.abs(axes).argmax(axis=0)
    signed: Array = axes * np.sign(axes[largest, [0, 1]])
    return signed
