"""A test of equal spreads, component by component, for columns that fit into memory."""

# C components, n1 and n2 rows of both sides

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synthgap_cli.statistics.t_test import Outcome


def brown_forsythe_test(first: NDArray[np.floating], second: NDArray[np.floating]) -> Outcome:
    """Return the p-value of equal spreads, component by component.

    Levene's test in the form that tails do not disturb: the distances from the median are compared, not
    those from the mean. Means may differ.

    Parameters
    ----------
    first, second : (C, n1) and (C, n2)
        Finite; two values at least.

    Returns
    -------
    Outcome
        ``statistic`` is F with 1 and ``n1 + n2 - 2`` degrees of freedom; NaN where both sides' distances
        are constant.

    References
    ----------
    Brown and Forsythe (1974), doi:10.1080/01621459.1974.10482955.
    """
    distances = [_from_median(side) for side in (first, second)]
    n1, n2 = first.shape[1], second.shape[1]
    means = [side.mean(axis=1) for side in distances]
    about_mean = sum(
        np.square(side - mean[:, None]).sum(axis=1) for side, mean in zip(distances, means, strict=True)
    )
    degrees = n1 + n2 - 2
    rounding = (n1 + n2) * np.square(4 * np.finfo(np.float64).eps * _largest(first, second))
    about_mean = np.where(about_mean <= rounding, 0.0, about_mean)  # two values are as far from their median
    squared_error = about_mean / degrees * (1 / n1 + 1 / n2)
    missing = np.full(len(first), np.nan)
    statistic = np.divide((means[0] - means[1]) ** 2, squared_error, out=missing, where=squared_error > 0)
    return Outcome(statistic, special.fdtrc(1, degrees, statistic))


def _largest(*sides: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the largest absolute value (C,)."""
    return np.asarray(np.max([np.abs(side).max(axis=1) for side in sides], axis=0), dtype=np.float64)


def _from_median(values: NDArray[np.floating]) -> NDArray[np.float64]:
    wide = values.astype(np.float64)
    return np.abs(wide - np.median(wide, axis=1, keepdims=True))
