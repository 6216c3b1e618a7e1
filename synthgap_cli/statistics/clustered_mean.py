"""Means and shares over images, with an interval that knows of scenes and of repetitions."""

# n images, K repetitions, G groups

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from synthgap_cli.statistics.auc import effective_size, variance_of_mean
from synthgap_cli.statistics.class_interval import (
    CONFIDENCE,
    student_quantile,
    widen_on_logit,
    wilson_interval,
)


@dataclass(frozen=True)
class MeanEstimate:
    """A mean and its interval."""

    value: float
    low: float
    high: float


def estimate_mean(
    values: NDArray[np.float64], groups: NDArray[np.generic], *, confidence: float = CONFIDENCE
) -> MeanEstimate:
    """Return the mean with its interval, images and repetitions both being samples.

    Parameters
    ----------
    values : float64 (K, n)
        Of each image in each repetition; one repetition has no spread to reckon with.
    groups : (n,)
        The scene of each image, or its own number where images are independent.

    Returns
    -------
    MeanEstimate
        Infinitely wide where there is a single group.

    Notes
    -----
    The variances of the mean over images (of their means over repetitions, by scene) and over repetitions
    (of their means over images) add up; what the two share is counted twice, which is on the safe side.
    Student's degrees of freedom are Satterthwaite's (1946), doi:10.2307/3002019.
    """
    value = float(values.mean())
    if len(np.unique(groups)) < 2:
        return MeanEstimate(value, -np.inf, np.inf)
    error, quantile = _error(values, groups, confidence)
    return MeanEstimate(value, value - quantile * error, value + quantile * error)


def estimate_share(
    hits: NDArray[np.float64], groups: NDArray[np.generic], *, confidence: float = CONFIDENCE
) -> MeanEstimate:
    """Return a share with its interval, which stays within [0, 1] and has a width even at its ends.

    As `estimate_mean`, but each end is the wider of the interval on the logit scale and of Wilson's for as
    many independent images as there are in effect; [0, 1] where there is a single group.

    Parameters
    ----------
    hits : float64 (K, n)
        Of each image in each repetition, in [0, 1].
    groups : (n,)
    """
    value = float(hits.mean())
    if len(np.unique(groups)) < 2:
        return MeanEstimate(value, 0.0, 1.0)
    error, quantile = _error(hits, groups, confidence)
    numbers = _numbers(groups)
    independent = effective_size(hits.mean(axis=0), numbers)
    ends = wilson_interval(value, independent, student_quantile(int(numbers.max()) + 1, confidence))
    low, high = widen_on_logit(value, error, quantile, ends)
    return MeanEstimate(value, min(low, value), max(high, value))  # but for rounding they are so already


def _error(
    values: NDArray[np.float64], groups: NDArray[np.generic], confidence: float
) -> tuple[float, float]:
    """Return the standard error of the mean and Student's two-sided quantile."""
    numbers = _numbers(groups)
    over_images = variance_of_mean(values.mean(axis=0), numbers)
    over_repeats = float(values.mean(axis=1).var(ddof=1)) / len(values) if len(values) > 1 else 0.0
    variance, spread = over_images + over_repeats, int(numbers.max())
    freedom = over_images**2 / spread + over_repeats**2 / max(1, len(values) - 1)
    degrees = variance**2 / freedom if freedom > 0 else spread
    return float(np.sqrt(variance)), float(t.ppf((1 + confidence) / 2, degrees))


def _numbers(groups: NDArray[np.generic]) -> NDArray[np.intp]:
    """Return the groups numbered from 0."""
    numbers: NDArray[np.intp] = np.unique(groups, return_inverse=True)[1]
    return numbers
