"""Means and variances in one pass, in float64 and in memory that does not grow with the rows."""

# N rows, D components, K subsets of the rows, n rows of one block

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.rows import require_same_components

CACHED_VALUES = 2**18  # 2 MiB of float64: a block's copy is still in the cache when it is squared


@dataclass(frozen=True)
class Moments:
    """How many rows there are, and the mean and variance of each component.

    Attributes
    ----------
    n : int
    mean : (D,) float64
    variance : (D,) float64
        With ``n - 1`` in the denominator; NaN where n < 2.
    mean_remainder : (D,) float64
        What rounding took from the mean. Two means that nearly agree can then be subtracted without
        loss, however large they are beside the spread.
    """

    n: int
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    mean_remainder: NDArray[np.float64] | float = 0.0


def stream_moments(blocks: Iterable[NDArray[np.floating]]) -> Moments:
    """Return the moments of all rows.

    Parameters
    ----------
    blocks : iterable of (n, D)
        Of any float dtype; read once.

    Raises
    ------
    InvalidInput
        There are no rows, or a value is not finite.
    """
    sums = _PivotedSums()
    for block in blocks:
        sums.add(block, np.ones((1, len(block)), dtype=bool))
    return sums.moments()[0]


def stream_subset_moments(
    blocks: Iterable[NDArray[np.floating]], memberships: NDArray[np.bool_]
) -> list[Moments]:
    """Return the moments of K subsets of the rows, which may overlap, from one pass.

    Parameters
    ----------
    blocks : iterable of (n, D)
        Of any float dtype, N rows altogether; read once.
    memberships : (N, K) bool
        Which rows belong to which subset.

    Raises
    ------
    InvalidInput
        There are no rows, or a value is not finite, in a subset or not.

    Notes
    -----
    Sums are taken about the first block's mean, as matrix products. A subset whose spread is less than
    about sqrt(n * 1e-16) of its distance from that pivot counts as constant.
    """
    sums = _PivotedSums()
    start = 0
    for block in blocks:
        chosen = memberships[start : start + len(block)].T  # (K, n)
        everything = np.ones((1, len(block)), dtype=bool)  # for the check: a subset may miss a NaN
        sums.add(block, np.concatenate([everything, chosen]))
        start += len(block)
    assert start == len(memberships), "one line of memberships for each row"
    return sums.moments()[1:]


class _PivotedSums:
    """Counts, sums and sums of squares of K subsets; the first subset has all rows."""

    def __init__(self) -> None:
        self.counts: NDArray[np.intp] | int = 0  # (K,)
        self.sums: NDArray[np.float64] | float = 0.0  # (K, D), about the pivot
        self.squares: NDArray[np.float64] | float = 0.0  # (K, D), about the pivot
        self.pivot: NDArray[np.float64] | None = None  # (D,)

    def add(self, block: NDArray[np.floating], weights: NDArray[np.bool_]) -> None:
        """Add the rows (n, D), of which ``weights`` (K, n) says in which subsets they are."""
        # with few rows, the time would go into the K sums instead
        size = max(4 * len(weights), CACHED_VALUES // block.shape[1])
        for start in range(0, len(block), size):
            self._add_piece(block[start : start + size], weights[:, start : start + size].astype(np.float64))
        self.counts = self.counts + weights.sum(axis=1)
        _require_finite(np.atleast_2d(self.sums)[0])

    def _add_piece(self, piece: NDArray[np.floating], weights: NDArray[np.float64]) -> None:
        with np.errstate(invalid="ignore", over="ignore"):  # reported by component, not by warning
            if self.pivot is None:
                self.pivot = piece.mean(axis=0, dtype=np.float64)
            centred = np.subtract(piece, self.pivot, dtype=np.float64)  # (n, D)
            self.sums = self.sums + weights @ centred
            self.squares = self.squares + weights @ np.square(centred, out=centred)

    def moments(self) -> list[Moments]:
        """Return the moments of each subset."""
        if self.pivot is None:
            raise InvalidInput("There are no rows to describe.", hint="Is a split or a group empty?")
        counts, sums, squares = (np.asarray(part) for part in (self.counts, self.sums, self.squares))
        return [_from_sums(int(n), self.pivot, sums[k], squares[k]) for k, n in enumerate(counts)]


def _from_sums(
    n: int, pivot: NDArray[np.float64], sums: NDArray[np.float64], squares: NDArray[np.float64]
) -> Moments:
    if n == 0:
        nothing = np.full_like(pivot, np.nan)
        return Moments(0, nothing, nothing)
    offset = sums / n
    about_mean = squares - sums * offset
    rounding = n * np.finfo(np.float64).eps * squares
    about_mean = np.where(about_mean <= rounding, 0.0, about_mean)  # a constant subset far from the pivot
    return _with_remainder(n, pivot, offset, about_mean)


def _with_remainder(
    n: int, base: NDArray[np.float64], offset: NDArray[np.float64], about_mean: NDArray[np.float64]
) -> Moments:
    """Return moments with mean ``base + offset`` and the error of that addition (Knuth's two-sum)."""
    mean = base + offset
    carried = mean - base
    remainder = (base - (mean - carried)) + (offset - carried)
    variance = about_mean / (n - 1) if n > 1 else np.full_like(mean, np.nan)
    return Moments(n, mean, variance, remainder)


def _require_finite(sums: NDArray[np.float64]) -> None:
    if not np.isfinite(sums).all():
        component = int(np.flatnonzero(~np.isfinite(sums))[0])
        raise InvalidInput(
            f"Component {component} holds a value that is not finite.",
            hint="Make the store again; half precision or a diverged VAE can cause this.",
        )


def merge(first: Moments, second: Moments) -> Moments:
    """Return the moments of the rows of both together.

    References
    ----------
    Chan, Golub and LeVeque (1983), doi:10.1080/00031305.1983.10483115.
    """
    n = first.n + second.n
    difference = mean_difference(second, first)
    about_mean = _about_mean(first) + _about_mean(second) + difference**2 * (first.n * second.n / n)
    return _with_remainder(n, first.mean, first.mean_remainder + difference * (second.n / n), about_mean)


def _about_mean(moments: Moments) -> NDArray[np.float64]:
    return moments.variance * (moments.n - 1) if moments.n > 1 else np.zeros_like(moments.mean)


def mean_difference(first: Moments, second: Moments) -> NDArray[np.float64]:
    """Return the mean of ``first`` less that of ``second`` (D,), remainders included.

    Raises
    ------
    InvalidInput
        The two differ in D.
    """
    require_same_components(len(first.mean), len(second.mean))
    return (first.mean - second.mean) + (first.mean_remainder - second.mean_remainder)


def pooled_variance(first: Moments, second: Moments) -> NDArray[np.float64]:
    """Return the variance (D,) within both groups, each weighted by its ``n - 1``."""
    return (_about_mean(first) + _about_mean(second)) / (first.n + second.n - 2)
