"""Monotone maps between distributions on the line, as tables of knots."""

# w columns (distributions), n rows, K knots

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def quantile_knots(columns: Array, count: int) -> Array:
    """Return the quantiles (w, K) of columns (w, n), which are sorted in place, at even levels from 0 to 1.

    Between two order statistics a quantile lies on the straight line (definition 7 of Hyndman and Fan
    1996, doi:10.2307/2684934).
    """
    columns.sort(axis=1)
    position = np.linspace(0, columns.shape[1] - 1, count)
    below = position.astype(np.intp)
    above = np.minimum(below + 1, columns.shape[1] - 1)
    low = columns[:, below]
    knots = low + (position - below) * (columns[:, above] - low)
    return np.maximum.accumulate(knots, axis=1)  # rounding must not turn two knots round


def join_ties(source_knots: Array, target_knots: Array) -> Array:
    """Return target knots (w, K) with one value for each value of the source.

    Where several source knots are equal, a share of the source's rows has that very value. They all go to
    the mean of what the target has at their ranks.
    """
    joined = target_knots.copy()
    tied = np.flatnonzero((np.diff(source_knots, axis=1) == 0).any(axis=1))
    for column in tied:
        _, rank, sizes = np.unique(source_knots[column], return_inverse=True, return_counts=True)
        joined[column] = (np.bincount(rank, target_knots[column]) / sizes)[rank]
    return joined


def match(values: Array, source_knots: Array, target_knots: Array) -> Array:
    """Return values (n, w) mapped from source knots to target knots (w, K).

    Linear between knots. Beyond the first and the last one a value keeps its distance to it: a slope
    estimated from the two outermost knots would be the most uncertain number of the table.
    """
    inside = np.clip(values, source_knots[:, 0], source_knots[:, -1])
    matched = values - inside
    for column in range(values.shape[1]):
        matched[:, column] += np.interp(inside[:, column], source_knots[column], target_knots[column])
    return matched
