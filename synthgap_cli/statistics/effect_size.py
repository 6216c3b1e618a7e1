"""How large differences are, and how large one must be to be seen."""

# D components

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from synthgap_cli.statistics.moments import Moments, mean_difference, pooled_variance

SMALL_EFFECT = 0.2  # Cohen's own word for it
QUADRATURE_NODES = 200


@dataclass(frozen=True)
class EffectSizes:
    """Absolute effect sizes over the live components; NaN if there are none."""

    median: float
    percentile_95: float
    percent_above_small: float


def cohens_d(first: Moments, second: Moments) -> NDArray[np.float64]:
    """Return the mean difference in pooled standard deviations (D,); NaN where that is zero.

    Raises
    ------
    InvalidInput
        The two differ in D.

    References
    ----------
    Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, equation 2.5.1.
    """
    difference = mean_difference(first, second)
    spread = np.sqrt(pooled_variance(first, second))
    return np.divide(difference, spread, out=np.full_like(spread, np.nan), where=spread > 0)


def summarise_effects(effect_size: NDArray[np.float64]) -> EffectSizes:
    """Return median, 95th percentile and percentage above 0.2 of the absolute values that are not NaN."""
    live = np.abs(effect_size[~np.isnan(effect_size)])
    if not len(live):
        return EffectSizes(np.nan, np.nan, np.nan)
    median, percentile_95 = np.percentile(live, [50, 95])
    return EffectSizes(float(median), float(percentile_95), 100 * float(np.mean(live > SMALL_EFFECT)))


def smallest_detectable_difference(
    precision: float, degrees: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the Cohen d that a two-sided t-test of one component finds with the given power.

    Parameters
    ----------
    precision : float
        Standard deviations in one standard error of the difference, inverted: ``sqrt(n1 n2 / (n1 + n2))``
        for independent rows.
    degrees : float
        Degrees of freedom of the test.
    alpha : float
        Level of the test, uncorrected.
    power : float
        Probability of rejection, above alpha.

    Notes
    -----
    By the noncentral t distribution (thesis, note 12), its power right to about 1e-6.
    """
    critical = float(-special.stdtrit(degrees, alpha / 2))
    spread, weights = _spread_quantiles(degrees)

    def excess_power(d: float) -> float:
        above = special.ndtr(d * precision - critical * spread)
        below = special.ndtr(-d * precision - critical * spread)
        return float(weights @ (above + below)) - power

    enough = critical / precision
    while excess_power(enough) < 0:
        enough *= 2
    return float(optimize.brentq(excess_power, 0, enough, xtol=1e-12))


def _spread_quantiles(degrees: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return values of the standard deviation that a test estimates where it is 1, and their weights.

    Given it the statistic is normal, so the noncentral t is a weighted mean of normals. SciPy's own is
    NaN, or wrong by 0.001, where degrees are few and alpha is small.
    """
    nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE_NODES)
    return np.sqrt(2 * special.gammaincinv(degrees / 2, (nodes + 1) / 2) / degrees), weights / 2
