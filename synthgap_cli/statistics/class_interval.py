"""Intervals of measures of how well two classes are told apart, images of one scene not being independent."""

# n images

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import t

CONFIDENCE = 0.95


def number_groups(
    is_synthetic: NDArray[np.bool_], groups: NDArray[np.generic] | None
) -> tuple[list[NDArray[np.intp]], int]:
    """Return the groups of each class' images, numbered from 0, real first; and how many the fewer are.

    Without groups (n,) each image is one.
    """
    scenes = np.arange(len(is_synthetic)) if groups is None else groups
    numbers = [np.unique(scenes[side], return_inverse=True)[1] for side in (~is_synthetic, is_synthetic)]
    return numbers, min(int(number.max()) + 1 for number in numbers)


def student_quantile(num_groups: int, confidence: float) -> float:
    """Return Student's two-sided quantile with the smaller class' number of groups less one."""
    return float(t.ppf((1 + confidence) / 2, num_groups - 1))


def widen_on_logit(
    estimate: float, error: float, quantile: float, ends: tuple[float, float]
) -> tuple[float, float]:
    """Return the interval widened, at each end, to that of the standard error on the logit scale.

    At 0 and 1 that has no width, and the interval stays as it is.
    """
    low, high = ends
    if 0 < estimate < 1:
        width = quantile * error / (estimate * (1 - estimate))
        low = min(low, float(expit(logit(estimate) - width)))
        high = max(high, float(expit(logit(estimate) + width)))
    return low, high


def wilson_interval(share: float, count: float, quantile: float) -> tuple[float, float]:
    """Return Wilson's interval of a share among ``count``; it has a width even at 0 and 1."""
    centre = share + quantile**2 / (2 * count)
    half = quantile * np.sqrt(share * (1 - share) / count + quantile**2 / (4 * count**2))
    scale = 1 + quantile**2 / count
    return max(0.0, float((centre - half) / scale)), min(1.0, float((centre + half) / scale))
