"""Areas under the ROC curve of a pair's tested images: p-value, and resamples of scenes."""

# m images of the first set and n of the second, U units of a side, B resamples

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from synthgap_cli.statistics.auc import effective_size, structural_components, variance_of_mean

Scores = NDArray[np.float64]
Units = NDArray[np.intp]


def p_value_of_area(first: Scores, second: Scores, units: tuple[Units, Units]) -> float:
    """Return the one-sided p-value of an area of 0.5 or less, Student's, for images that come in units.

    The standard error is DeLong's by unit; where that is smaller, as it is far from 0.5, that of equal sets
    with as many independent images as the units are worth, ``(m + n + 1) / (12 m n)``.

    Parameters
    ----------
    first, second : float64 (m,), (n,)
        Scores that are higher in the second set if anything differs.
    units : pair of int (m,), (n,)
        Numbered from 0 on each side. At least two a side, else the p-value is NaN.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595; Obuchowski (1997), doi:10.2307/2533958.
    """
    components = structural_components(first, second)
    few = min(int(side.max()) + 1 for side in units)
    if few < 2:
        return float("nan")
    m, n = map(effective_size, components, units)
    of_equals = (m + n + 1) / (12 * m * n)
    variance = max(of_equals, sum(map(variance_of_mean, components, units)))
    return float(t.sf((components[1].mean() - 0.5) / np.sqrt(variance), few - 1))


def p_value_of_swaps(
    first: Scores, second: Scores, units: Units, *, swaps: int, rng: np.random.Generator
) -> float:
    """Return the one-sided p-value of two versions of the same images being exchangeable.

    ``(k + 1) / (swaps + 1)``, where the area was as large k times after the versions of some units, chosen by
    coin, had been swapped. Exact.

    Parameters
    ----------
    first, second : float64 (n,)
        Scores of both versions of each image.
    units : int (n,)
    """
    is_swapped = rng.random((swaps, int(units.max()) + 1))[:, units] < 0.5
    area = structural_components(first, second)[1].mean()
    as_large = 0
    for swapped in is_swapped:
        one, other = np.where(swapped, second, first), np.where(swapped, first, second)
        as_large += bool(structural_components(one, other)[1].mean() >= area)
    return (as_large + 1) / (swaps + 1)


def resample_units(units: Units, *, resamples: int, rng: np.random.Generator) -> Scores:
    """Return how often each row is in each resample of whole units, float64 (B, n)."""
    num_units = int(units.max()) + 1
    counts = rng.multinomial(num_units, np.full(num_units, 1 / num_units), size=resamples)
    return counts[:, units].astype(np.float64)


def resampled_areas(first: Scores, second: Scores, weights: tuple[Scores, Scores]) -> Scores:
    """Return the area of each resample (B,), rows counting as often as the weights (B, m), (B, n) say."""
    is_right = (first[:, None] < second).astype(np.float32)  # (m, n)
    is_right += 0.5 * (first[:, None] == second)
    totals = weights[0].sum(axis=1) * weights[1].sum(axis=1)
    right = np.einsum("bm,bm->b", weights[0], weights[1].astype(np.float32) @ is_right.T)
    return np.asarray(right / totals)
