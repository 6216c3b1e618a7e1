"""A few rows that stand for all: evenly, or from as many groups as there are."""

# N rows, n rows picked

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spread(rows: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """Return at most ``count`` of the rows, evenly spread, so that all scenes have their chance."""
    if len(rows) <= count:
        return rows
    return rows[np.linspace(0, len(rows) - 1, count).round().astype(np.intp)]


def spread_over_groups(groups: NDArray[np.object_], count: int) -> NDArray[np.intp]:
    """Return at most ``count`` rows (n,), ascending, from as many groups as there are.

    Parameters
    ----------
    groups : str (N,)
    """
    _, group = np.unique(groups.astype(str), return_inverse=True)  # (N,)
    by_group = np.argsort(group, kind="stable")
    rank = np.empty(len(group), np.intp)  # of a row within its group
    starts = np.searchsorted(group[by_group], group[by_group])
    rank[by_group] = np.arange(len(group)) - starts
    order = np.lexsort((group, rank))  # the first of every group, then the second ones
    first = int((rank == 0).sum())
    if first > count:  # too many groups: every so many
        order = spread(order[:first], count)
    return np.sort(order[:count])
