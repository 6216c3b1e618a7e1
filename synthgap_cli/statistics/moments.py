"""Means and variances in one pass, in float64 and in memory that does not grow with the rows."""

# N rows, D components, K subsets of the rows, n rows of one block

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.rows import require_same_components
from synthgap_cli.statistics.sums import PivotedPieces, Sums, sums_of


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
    pieces = PivotedPieces(blocks, at_least=1)
    total: Sums | None = None
    for centred in pieces:
        more = sums_of(centred, np.ones((1, len(centred))))
        if total is None:
            total = more
        else:
            total.add(more)
    pivot = pieces.pivot
    assert total is not None
    return moments_of(total, pivot)[0]


def moments_of(
    sums: Sums, pivot: NDArray[np.float64], scale: NDArray[np.float64] | None = None
) -> list[Moments]:
    """Return the moments of each subset that the sums are of.

    Parameters
    ----------
    sums : Sums
        Of K subsets.
    pivot : (D,) float64
        What the values were taken less of.
    scale : (D,) float64, optional
        Squares beside which a variance may be mere rounding: those of all rows, where subsets were made by
        subtraction; by default each subset's own.
    """
    return [
        _from_sums(int(n), pivot, sums.sums[k], sums.squares[k], sums.squares[k] if scale is None else scale)
        for k, n in enumerate(sums.counts)
    ]


def _from_sums(
    n: int,
    pivot: NDArray[np.float64],
    sums: NDArray[np.float64],
    squares: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> Moments:
    if n == 0:
        nothing = np.full_like(pivot, np.nan)
        return Moments(0, nothing, nothing)
    offset = sums / n
    about_mean = squares - sums * offset
    rounding = n * np.finfo(np.float64).eps * scale
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
