"""Tests of equal distributions by ranks, component by component, for columns that fit into memory."""

# C components, n1 and n2 rows of both sides, N = n1 + n2

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synthgap_cli.statistics.t_test import Outcome

Values = NDArray[np.floating]


def mann_whitney_test(first: Values, second: Values) -> Outcome:
    """Return the two-sided p-value that neither side tends to larger values, component by component.

    Parameters
    ----------
    first, second : (C, n1) and (C, n2)
        Finite.

    Returns
    -------
    Outcome
        ``statistic`` is U of ``first``, ``n1 * n2 / 2`` where neither is larger; NaN where all values are
        the same. Normal approximation with corrections for ties and continuity.

    References
    ----------
    Mann and Whitney (1947), doi:10.1214/aoms/1177730491; ties: Lehmann (1975), Nonparametrics, section 1.4.
    """
    n1, n2 = first.shape[1], second.shape[1]
    n = n1 + n2
    pooled = _pool(first, second)
    starts, ends = pooled.ties()
    ranks = np.where(pooled.from_first, starts + ends + 1, 0).sum(axis=1) / 2  # (C,) of ``first``
    u = ranks - n1 * (n1 + 1) / 2
    lengths = (ends - starts).astype(np.float64)
    tied = np.where(pooled.last, lengths**3 - lengths, 0.0).sum(axis=1)
    live = pooled.varies()
    deviation = np.sqrt(n1 * n2 / 12 * ((n + 1) - tied / (n * (n - 1))))
    distance = np.maximum(u, n1 * n2 - u) - n1 * n2 / 2 - 0.5
    z = np.divide(distance, deviation, out=np.full(len(u), np.nan), where=live)
    return Outcome(np.where(live, u, np.nan), np.minimum(2 * special.ndtr(-z), 1))


def kolmogorov_smirnov_test(first: Values, second: Values) -> Outcome:
    """Return the p-value of equal distributions, component by component.

    Parameters
    ----------
    first, second : (C, n1) and (C, n2)
        Finite.

    Returns
    -------
    Outcome
        ``statistic`` is the largest distance between the distribution functions; NaN where all values are
        the same. The p-value is that of one sample of ``n1 * n2 / N`` rows, rounded; with ties it is too
        large.

    References
    ----------
    Smirnov (1939); Simard and L'Ecuyer (2011), doi:10.18637/jss.v039.i11, for the distribution.
    """
    from scipy.stats import kstwo  # 0.9 s, for this test alone

    distance = smirnov_distance(first, second)
    steps, position = np.unique(distance, return_inverse=True)  # few: the distribution is slow
    p_value = np.clip(kstwo.sf(steps, _one_sample(first, second)), 0, 1)
    return Outcome(distance, p_value[position])


def smirnov_distance(first: Values, second: Values) -> NDArray[np.float64]:
    """Return the largest distance (C,) between the distribution functions; NaN where nothing varies."""
    n1, n2 = first.shape[1], second.shape[1]
    pooled = _pool(first, second)
    firsts = np.cumsum(pooled.from_first, axis=1)  # (C, N)
    seconds = np.arange(1, n1 + n2 + 1) - firsts
    apart = np.where(pooled.last, np.abs(firsts / n1 - seconds / n2), 0.0)
    return np.where(pooled.varies(), apart.max(axis=1), np.nan)


def kolmogorov_smirnov_rejects(first: Values, second: Values, *, alpha: float) -> NDArray[np.float64]:
    """Return 0 where `kolmogorov_smirnov_test` has ``p <= alpha``, else 1 (C,); NaN where it has none.

    Hundreds of times as fast as the p-values, for floors.
    """
    distance = smirnov_distance(first, second)
    critical = _critical_distance(_one_sample(first, second), alpha)
    return np.where(np.isnan(distance), np.nan, (distance < critical).astype(np.float64))


@lru_cache
def _critical_distance(rows: float, alpha: float) -> float:
    from scipy.stats import kstwo

    return float(kstwo.isf(alpha, rows))


def _one_sample(first: Values, second: Values) -> float:
    """Return the size of the one sample whose distance is distributed alike."""
    n1, n2 = first.shape[1], second.shape[1]
    return float(np.round(n1 * n2 / (n1 + n2)))


@dataclass(frozen=True)
class _Pooled:
    """Both sides sorted together.

    Attributes
    ----------
    from_first : (C, N) bool
        Which of the sorted values come from the first side.
    last : (C, N) bool
        Which are the last of their tie; a value that is alone is one.
    """

    from_first: NDArray[np.bool_]
    last: NDArray[np.bool_]

    def varies(self) -> NDArray[np.bool_]:
        """Return which components (C,) have more than one value."""
        return np.asarray(self.last[:, :-1].any(axis=1))

    def ties(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return how many values lie before each value's tie, and how many up to its end; (C, N) both."""
        position = np.arange(self.last.shape[1])
        begins = np.ones_like(self.last)
        begins[:, 1:] = self.last[:, :-1]
        starts = np.maximum.accumulate(np.where(begins, position, 0), axis=1)
        ends = np.where(self.last, position + 1, self.last.shape[1])[:, ::-1]
        return starts, np.minimum.accumulate(ends, axis=1)[:, ::-1]


def _pool(first: Values, second: Values) -> _Pooled:
    together = np.concatenate([first, second], axis=1)
    order = np.argsort(together, axis=1)
    ascending = np.take_along_axis(together, order, axis=1)
    last = np.ones(ascending.shape, dtype=bool)
    last[:, :-1] = ascending[:, 1:] != ascending[:, :-1]
    return _Pooled(order < first.shape[1], last)
