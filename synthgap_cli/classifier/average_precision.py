"""Average precision, with an interval that is honest near 1 and for images of one scene."""

# n images, T distinct scores, R resamples, G groups

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.auc import effective_size
from synthgap_cli.statistics.class_interval import (
    CONFIDENCE,
    number_groups,
    student_quantile,
    widen_on_logit,
    wilson_interval,
)

RESAMPLES = 1000
BLOCK_CELLS = 4_000_000  # resamples times images held at once


@dataclass(frozen=True)
class AveragePrecision:
    """An average precision and its interval, all in [0, 1]."""

    average_precision: float
    low: float
    high: float


def weighted_average_precision(
    is_synthetic: NDArray[np.bool_], score: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the average precision ``(R,)`` in which image i counts ``weights[r, i]`` times.

    The sum of precisions at each distinct score, weighted by the recall gained there, as scikit-learn
    defines it; equal scores are accepted together.

    Parameters
    ----------
    is_synthetic : bool (n,)
        What is looked for.
    score : float64 (n,)
        Higher where more likely synthetic.
    weights : float64 (R, n)
        Not negative; in each row some synthetic image counts.
    """
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))  # (T,): last image of each score
    ordered = weights[:, order]
    accepted = np.cumsum(ordered, axis=1)[:, ends]  # (R, T)
    found = np.cumsum(ordered * is_synthetic[order], axis=1)[:, ends]  # (R, T)
    precision = np.divide(found, accepted, out=np.zeros_like(found), where=accepted > 0)
    gained = np.diff(found, axis=1, prepend=0.0) / found[:, -1:]
    area: NDArray[np.float64] = (precision * gained).sum(axis=1)
    return area


def estimate_average_precision(
    is_synthetic: NDArray[np.bool_],
    score: NDArray[np.float64],
    groups: NDArray[np.generic] | None = None,
    *,
    rng: np.random.Generator,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
) -> AveragePrecision:
    """Return the average precision of the scores with its interval.

    The groups of each class are drawn anew with replacement, so the base rate stays about what it is. The
    spread of the resampled values makes an interval on the logit scale, with Student's quantile of the
    smaller class' number of groups less one. Percentiles of the resamples have no width where the classes
    are separated, and too little where groups are few; so each end is the wider of that interval's and of
    Wilson's for a share among as many synthetic images as are independent.

    Parameters
    ----------
    is_synthetic : bool (n,)
        Both classes present.
    score : float64 (n,)
        Higher where more likely synthetic.
    groups : (n,), optional
        The scene of each image, looked at within each class. Without, each image is a group.
    rng : numpy.random.Generator
        Draws the resamples.
    confidence : float
        The interval's nominal coverage.
    resamples : int
        How often the groups are drawn.

    Returns
    -------
    AveragePrecision
        The interval is [0, 1] where a class has a single group: its spread is then unknown.

    References
    ----------
    Boyd, Eng and Page (2013), doi:10.1007/978-3-642-40994-3_29, who recommend the logit scale and intervals
    of a share; Davison and Hinkley (1997), section 2.4, for a factor G / (G - 1) on the variance.
    """
    value = float(weighted_average_precision(is_synthetic, score, np.ones((1, len(score))))[0])
    numbers, num_groups = number_groups(is_synthetic, groups)
    if num_groups < 2:
        return AveragePrecision(value, 0.0, 1.0)
    quantile = student_quantile(num_groups, confidence)
    ends = wilson_interval(value, effective_size(_precisions(is_synthetic, score), numbers[1]), quantile)
    spread = float(np.sqrt(_resampled_variance(is_synthetic, score, numbers, rng, resamples)))
    return AveragePrecision(value, *widen_on_logit(value, spread, quantile, ends))


def _precisions(is_synthetic: NDArray[np.bool_], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the precision at the score of each synthetic image, whose mean is the average precision."""
    mine = score[is_synthetic]
    accepted = len(score) - np.searchsorted(np.sort(score), mine)
    found = len(mine) - np.searchsorted(np.sort(mine), mine)
    precision: NDArray[np.float64] = found / accepted
    return precision


def _resampled_variance(
    is_synthetic: NDArray[np.bool_],
    score: NDArray[np.float64],
    numbers: list[NDArray[np.intp]],
    rng: np.random.Generator,
    resamples: int,
) -> float:
    """Return the variance of the average precision over resampled groups of both classes."""
    fewest = min(int(number.max()) + 1 for number in numbers)
    drawn = []
    step = max(1, BLOCK_CELLS // len(score))
    for start in range(0, resamples, step):
        weights = np.empty((min(step, resamples - start), len(score)))  # (R, n)
        for side, number in zip((~is_synthetic, is_synthetic), numbers, strict=True):
            count = int(number.max()) + 1
            times = rng.multinomial(count, np.full(count, 1 / count), size=len(weights))  # (R, G)
            weights[:, side] = times[:, number]
        drawn.append(weighted_average_precision(is_synthetic, score, weights))
    return float(np.concatenate(drawn).var() * fewest / (fewest - 1))
