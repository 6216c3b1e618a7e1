"""Tests of equal means from moments alone, component by component."""

# D components

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.moments import Moments, mean_difference, pooled_variance

MomentTest = Literal["student", "welch"]


@dataclass(frozen=True)
class Outcome:
    """The outcome of a test in each component, all (D,) float64.

    Attributes
    ----------
    statistic : NaN where nothing varies (a dead component).
    p_value : two-sided, uncorrected; NaN where the statistic is.
    """

    statistic: NDArray[np.float64]
    p_value: NDArray[np.float64]


@dataclass(frozen=True)
class TTest(Outcome):
    """The outcome of a t-test in each component, all (D,) float64.

    Attributes
    ----------
    difference : of the means; positive where the first exceeds the second.
    standard_error : of the difference.
    degrees_of_freedom : of the t distribution that gave the p-value.
    """

    __test__ = False  # not a test to collect, whatever its name suggests to pytest

    difference: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    degrees_of_freedom: NDArray[np.float64]

    def interval(self, alpha: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the ends (D,) of the interval of the difference that has coverage ``1 - alpha``."""
        reach = -special.stdtrit(self.degrees_of_freedom, alpha / 2) * self.standard_error
        return self.difference - reach, self.difference + reach


def student_t_test(first: Moments, second: Moments) -> TTest:
    """Return the two-sided p-value of equal means, component by component, for equal variances.

    Parameters
    ----------
    first, second : Moments
        Of independent samples, as `stream_moments` returns them; ``n >= 2`` each.

    Returns
    -------
    TTest
        ``statistic`` is positive where ``first`` exceeds ``second``; NaN where both variances are zero.

    Raises
    ------
    InvalidInput
        The two differ in D, or one has fewer than two rows.

    References
    ----------
    Student (1908), doi:10.1093/biomet/6.1.1; thesis, section 1c.
    """
    _require_two_rows(first, second)
    difference = mean_difference(first, second)
    squared_error = pooled_variance(first, second) * (1 / first.n + 1 / second.n)
    degrees = np.full(len(first.mean), first.n + second.n - 2.0)
    return t_test_of(difference, squared_error, degrees)


def welch_t_test(first: Moments, second: Moments) -> TTest:
    """Return the two-sided p-value of equal means, component by component, for any variances.

    Parameters
    ----------
    first, second : Moments
        Of independent samples, as `stream_moments` returns them; ``n >= 2`` each.

    Returns
    -------
    TTest
        ``statistic`` is positive where ``first`` exceeds ``second``; NaN where both variances are zero.

    Raises
    ------
    InvalidInput
        The two differ in D, or one has fewer than two rows.

    References
    ----------
    Welch (1947), doi:10.1093/biomet/34.1-2.28.
    """
    _require_two_rows(first, second)
    difference = mean_difference(first, second)
    squared_error = first.variance / first.n + second.variance / second.n
    live = squared_error > 0
    # the share of the first group: squares of the variances themselves could underflow
    share = np.divide(
        first.variance / first.n, squared_error, out=np.full_like(squared_error, np.nan), where=live
    )
    degrees = 1 / (share**2 / (first.n - 1) + (1 - share) ** 2 / (second.n - 1))
    return t_test_of(difference, squared_error, degrees)


TWO_SAMPLE_TESTS: dict[MomentTest, Callable[[Moments, Moments], TTest]] = {
    "student": student_t_test,
    "welch": welch_t_test,
}


def paired_t_test(differences: Moments) -> TTest:
    """Return the two-sided p-value of a mean difference of zero, component by component.

    Parameters
    ----------
    differences : Moments
        Of the differences between the two values of each pair; ``n >= 2``.

    Raises
    ------
    InvalidInput
        There are fewer than two pairs.
    """
    _require_two_rows(differences)
    mean = differences.mean + differences.mean_remainder
    return t_test_of(mean, differences.variance / differences.n, np.full(len(mean), differences.n - 1.0))


def dead_components(first: Moments, second: Moments) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which components are constant on both sides: at one value, and at two; both (D,)."""
    difference = mean_difference(first, second)
    dead = (first.variance == 0) & (second.variance == 0)
    return dead & (difference == 0), dead & (difference != 0)


def percent_rejected(p_value: NDArray[np.float64], alpha: float) -> float:
    """Return the percentage of live components with ``p <= alpha``; NaN if none is live."""
    live = p_value[~np.isnan(p_value)]
    return 100 * float(np.mean(live <= alpha)) if len(live) else float("nan")


def t_test_of(
    difference: NDArray[np.float64], squared_error: NDArray[np.float64], degrees: NDArray[np.float64]
) -> TTest:
    """Return the t-test of a difference (D,) whose squared standard error (D,) is known."""
    missing = np.full_like(difference, np.nan)
    error = np.sqrt(squared_error)
    statistic = np.divide(difference, error, out=missing, where=squared_error > 0)
    p_value = 2 * special.stdtr(degrees, -np.abs(statistic))
    return TTest(statistic, p_value, difference, error, degrees)


def _require_two_rows(*samples: Moments) -> None:
    fewest = min(moments.n for moments in samples)
    if fewest < 2:
        raise InvalidInput(
            f"A t-test needs two rows on each side; one side has {fewest}.",
            hint="Take more images, or a larger split.",
        )
