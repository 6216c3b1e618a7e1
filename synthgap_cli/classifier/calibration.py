"""Whether a probability of 0.8 means that eight images in ten are synthetic."""

# n images, B bins, R resamples

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
RESAMPLES = 1000
LEVEL = 0.95
BLOCK_CELLS = 4_000_000  # resamples times images held at once


@dataclass(frozen=True)
class Calibration:
    """How far the probabilities are from what happens; columns ``(B,)`` by equally wide bins."""

    brier: float
    """Mean squared error of the probability; always saying the base rate b costs b (1 - b)."""
    error: float
    """Expected calibration error: mean distance between a bin's probability and its share of synthetic."""
    expected_error: float
    """The same error if the probabilities were right: it is not 0 among n images."""
    low: NDArray[np.float64]
    """The bins' lower ends; the last bin holds 1."""
    high: NDArray[np.float64]
    count: NDArray[np.int64]
    mean_probability: NDArray[np.float64]
    """NaN in empty bins, as the columns below."""
    share_synthetic: NDArray[np.float64]
    consistent_low: NDArray[np.float64]
    """Where the share of synthetic images lies in 95 % of the cases if the probabilities are right."""
    consistent_high: NDArray[np.float64]


def calibrate(
    is_synthetic: NDArray[np.bool_],
    probability: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    bins: int = BINS,
    resamples: int = RESAMPLES,
) -> Calibration:
    """Return the reliability table of the probabilities, their Brier score and calibration error.

    What right probabilities would give is found by drawing the classes from them anew, images being
    independent; scenes make the bars wider than that.

    Parameters
    ----------
    is_synthetic : bool (n,)
    probability : float64 (n,)
        Of being synthetic.
    rng : numpy.random.Generator
        Draws the classes.

    References
    ----------
    Brier (1950); Guo et al. (2017), arXiv:1706.04599, equation 3, for the error; Bröcker and Smith (2007),
    doi:10.1175/WAF993.1, for the bars of consistency.
    """
    edges = np.linspace(0, 1, bins + 1)
    bin_of = np.clip(np.searchsorted(edges, probability, side="right") - 1, 0, bins - 1)  # (n,)
    count = np.bincount(bin_of, minlength=bins)
    drawn = _draw_counts(probability, bin_of, bins, rng, resamples)  # (R, B)
    found = _sum_bins(bin_of, is_synthetic, bins)
    summed = _sum_bins(bin_of, probability, bins)
    ends = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)  # (2, B)
    return Calibration(
        brier=float(np.mean((probability - is_synthetic) ** 2)),
        error=float(_errors(found[None], summed)[0] / len(probability)),
        expected_error=float(_errors(drawn, summed).mean() / len(probability)),
        low=edges[:-1],
        high=edges[1:],
        count=count,
        mean_probability=_shares(summed, count),
        share_synthetic=_shares(found, count),
        consistent_low=_shares(ends[0], count),
        consistent_high=_shares(ends[1], count),
    )


def _sum_bins(
    bin_of: NDArray[np.intp], values: NDArray[np.bool_] | NDArray[np.float64], bins: int
) -> NDArray[np.float64]:
    return np.bincount(bin_of, values, bins).astype(np.float64)


def _errors(synthetic: NDArray[np.float64], summed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of distances between counts ``(R, B)`` and those expected ``(B,)``, in images."""
    distances: NDArray[np.float64] = np.abs(synthetic - summed).sum(axis=1)
    return distances


def _shares(part: NDArray[np.float64], count: NDArray[np.int64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.divide(part, count, out=np.full(len(count), np.nan), where=count > 0)
    return shares


def _draw_counts(
    probability: NDArray[np.float64],
    bin_of: NDArray[np.intp],
    bins: int,
    rng: np.random.Generator,
    resamples: int,
) -> NDArray[np.float64]:
    """Return how many images of each bin are synthetic ``(R, B)`` when classes are drawn from ``(n,)``."""
    by_bin = np.argsort(bin_of, kind="stable")
    starts = np.searchsorted(bin_of[by_bin], np.arange(bins))
    blocks = []
    step = max(1, BLOCK_CELLS // len(probability))
    for start in range(0, resamples, step):
        drawn = rng.random((min(step, resamples - start), len(probability))) < probability[by_bin]
        sums = np.concatenate([np.zeros((len(drawn), 1)), np.cumsum(drawn, axis=1)], axis=1)  # (r, n + 1)
        blocks.append(np.diff(np.column_stack([sums[:, starts], sums[:, -1]]), axis=1))
    return np.concatenate(blocks)
