"""The area under the ROC curve, with an interval that is honest near 1 and for images of one scene."""

# m real and n synthetic images

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import rankdata

from synthgap_cli.statistics.class_interval import (
    CONFIDENCE,
    number_groups,
    student_quantile,
    widen_on_logit,
)


@dataclass(frozen=True)
class AucEstimate:
    """An area under the ROC curve and its interval, all in [0, 1]."""

    auc: float
    low: float
    high: float


def structural_components(
    real: NDArray[np.float64], synthetic: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each image, the share of the other class that it is on the right side of; ties count half.

    Parameters
    ----------
    real, synthetic : float64 (m,), (n,)
        Scores that should be low and high. Either result's mean is the area under the ROC curve.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595, equations 5 and 6, by midranks as in
    Sun and Xu (2014), doi:10.1109/LSP.2014.2337313.
    """
    m, n = len(real), len(synthetic)
    ranks = rankdata(np.concatenate([real, synthetic]))
    of_real = 1 - (ranks[:m] - rankdata(real)) / n
    of_synthetic = (ranks[m:] - rankdata(synthetic)) / m
    return of_real, of_synthetic


def variance_of_mean(values: NDArray[np.float64], groups: NDArray[np.intp]) -> float:
    """Return the variance of the mean of values that depend on each other within a group only.

    Groups are numbered from 0, at least two. With a group an image it is the usual ``var(ddof=1) / n``.
    """
    sums = np.bincount(groups, values - values.mean())
    num_groups = len(sums)
    return float(num_groups / (num_groups - 1) * np.sum(sums**2) / len(values) ** 2)


def effective_size(values: NDArray[np.float64], groups: NDArray[np.intp]) -> float:
    """Return how many independent values would have as certain a mean: their number by the design effect."""
    independent = variance_of_mean(values, np.arange(len(values)))
    if independent == 0:  # as under perfect separation: nothing says that a group's values count apart
        return float(groups.max() + 1)
    return len(values) / max(1.0, variance_of_mean(values, groups) / independent)


def score_interval(auc: float, m: float, n: float, quantile: float) -> tuple[float, float]:
    """Return the interval that the sample sizes alone imply; it has a width even at 0 and 1.

    References
    ----------
    Newcombe (2006), doi:10.1002/sim.2324, method 5.
    """

    def lower(estimate: float) -> float:
        def excess(area: float) -> float:
            spread = (m + n) / 2 - 1
            variance = area * (1 - area) / (m * n)
            variance *= 1 + spread * (1 - area) / (2 - area) + spread * area / (1 + area)
            return (estimate - area) ** 2 - quantile**2 * variance

        return float(brentq(excess, 0, min(estimate, 1 - 1e-9))) if estimate > 0 else 0.0

    return lower(auc), 1 - lower(1 - auc)


def estimate_auc(
    is_synthetic: NDArray[np.bool_],
    score: NDArray[np.float64],
    groups: NDArray[np.generic] | None = None,
    *,
    confidence: float = CONFIDENCE,
) -> AucEstimate:
    """Return the area under the ROC curve with its interval.

    DeLong's interval on the logit scale fails near 1: it has no width at 1 and, in simulations with 300
    images a class, covers an area of 0.999 in 69 to 93 % of the cases. So each end is the wider of DeLong's
    and Newcombe's, which covered 94 % or more throughout; near 1 that is conservative.

    Parameters
    ----------
    is_synthetic : bool (n,)
        Both classes present.
    score : float64 (n,)
        Higher where more likely synthetic.
    groups : (n,), optional
        The scene of each image, looked at within each class. Images of one scene are not independent:
        taken as such, their 95 % interval covered 45 to 78 % in simulations with a correlation of 0.3 or 0.7
        within scenes of two to nineteen images; by scene it covered 96 % or more. With groups the
        components are summed by scene, Newcombe's sizes are the effective ones, and quantiles are
        Student's with the smaller class' number of scenes less one. Without, each image is a group.
    confidence : float
        The interval's nominal coverage.

    Returns
    -------
    AucEstimate
        The interval is [0, 1] where a class has a single group: its spread is then unknown.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595; by group: Obuchowski (1997),
    doi:10.2307/2533958, without the covariance of groups that hold both classes.
    """
    components = structural_components(score[~is_synthetic], score[is_synthetic])
    auc = float(components[1].mean())
    numbers, num_groups = number_groups(is_synthetic, groups)
    if num_groups < 2:
        return AucEstimate(auc, 0.0, 1.0)
    quantile = student_quantile(num_groups, confidence)
    clustered = sum(map(variance_of_mean, components, numbers))
    m, n = map(effective_size, components, numbers)
    ends = score_interval(auc, m, n, quantile)
    return AucEstimate(auc, *widen_on_logit(auc, float(np.sqrt(clustered)), quantile, ends))
