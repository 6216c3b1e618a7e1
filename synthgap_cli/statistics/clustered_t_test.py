"""T-tests whose standard errors take groups, not rows, for independent."""

# D components

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.clusters import MeanError, Sample
from synthgap_cli.statistics.moments import mean_difference
from synthgap_cli.statistics.t_test import TTest, t_test_of


def clustered_t_test(first: Sample, second: Sample) -> TTest:
    """Return the two-sided p-value of equal means, component by component, for rows that come in groups.

    Parameters
    ----------
    first, second : Sample
        With their mean errors, as `read_side` returns them; no group is in both.

    Returns
    -------
    TTest
        ``statistic`` is positive where ``first`` exceeds ``second``; NaN where both are constant.

    Raises
    ------
    InvalidInput
        The two differ in D, or one has fewer than two groups.

    Notes
    -----
    Variances are not pooled, so that this is the clustered form of Student's test and of Welch's; where
    each row is a group of its own it is Welch's. Each side has ``G - 1`` degrees of freedom (thesis,
    note 10), combined as Welch does.

    References
    ----------
    Liang and Zeger (1986), doi:10.1093/biomet/73.1.13; Cameron and Miller (2015), section VI,
    doi:10.3368/jhr.50.2.317.
    """
    errors = _mean_errors(first, second)
    squared = errors[0].squared + errors[1].squared
    live = squared > 0
    share = np.divide(errors[0].squared, squared, out=np.full_like(squared, np.nan), where=live)
    degrees = 1 / (share**2 / (errors[0].num_groups - 1) + (1 - share) ** 2 / (errors[1].num_groups - 1))
    return t_test_of(mean_difference(first.moments, second.moments), squared, degrees)


def clustered_paired_t_test(differences: Sample) -> TTest:
    """Return the two-sided p-value of a mean difference of zero, for pairs that come in groups.

    Parameters
    ----------
    differences : Sample
        Of the differences within pairs, with their mean error.

    Raises
    ------
    InvalidInput
        There are fewer than two groups.
    """
    (error,) = _mean_errors(differences)
    mean = differences.moments.mean + differences.moments.mean_remainder
    return t_test_of(mean, error.squared, np.full(len(mean), error.num_groups - 1.0))


def design_effect(*samples: Sample) -> NDArray[np.float64]:
    """Return by how much groups raise the variance of a mean, or of a difference of means (D,).

    1 where rows are as good as independent; rows divided by it are the independent rows that would say as
    much. NaN where nothing varies.

    References
    ----------
    Kish (1965), Survey Sampling, section 8.2.
    """
    errors = _mean_errors(*samples)
    clustered = sum((error.squared for error in errors), start=np.zeros(()))
    plain = sum((one.moments.variance / one.moments.n for one in samples), start=np.zeros(()))
    return np.divide(clustered, plain, out=np.full_like(plain, np.nan), where=plain > 0)


def effective_n(sample: Sample) -> float:
    """Return how many independent rows would say as much of the mean, by the median design effect.

    Not more than there are; NaN where no component varies.
    """
    effects = design_effect(sample)
    live = effects[~np.isnan(effects)]
    return float(sample.moments.n / max(1.0, np.median(live))) if len(live) else float("nan")


def _mean_errors(*samples: Sample) -> list[MeanError]:
    errors = [sample.mean_error for sample in samples if sample.mean_error is not None]
    assert len(errors) == len(samples), "clustered tests are of rows whose groups are known"
    fewest = min(error.num_groups for error in errors)
    if fewest < 2:
        raise InvalidInput(
            f"A clustered test needs two groups on each side; one side has {fewest}.",
            hint="Take images as independent with --cluster none.",
        )
    return errors
