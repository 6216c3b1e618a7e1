"""Maximum mean discrepancy with a Gaussian kernel as wide as the images lie apart."""

# N pooled rows, K draws, D components

from __future__ import annotations

import numpy as np

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._pairwise import (
    Array,
    pair_sums,
    squared_distances,
    unbiased_difference,
)
from synthgap_cli.distances.pool import PooledRows, read_rows

NUMBERS = (Number("mmd"),)
PERMUTED = True
JACKKNIFED = True

ROWS_FOR_WIDTH = 1000


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator, track: Track = untracked
) -> Measured:
    """Return the unbiased squared MMD of ``exp(-|x - y|^2 / (2 s^2))``; no unit, at most 2.

    ``s`` is the median distance within a random thousand of the pooled rows. It does not depend on which
    of them are real, so the permutation test holds its level. The value may be negative where nothing
    differs.

    References
    ----------
    Gretton et al. (2012), A kernel two-sample test, JMLR 13, equation 3; the median heuristic, section 8.
    """
    variance = median_squared_distance(pool, rng)

    def gaussian(first: Array, second: Array) -> Array:
        exponent = squared_distances(first, second)
        exponent /= -2 * variance
        return np.exp(exponent, out=exponent)

    sums = pair_sums(pool, draws, gaussian, track=track, centre=True)
    return Measured(unbiased_difference(sums, draws)[None])


def median_squared_distance(pool: PooledRows, rng: np.random.Generator) -> float:
    """Return the median over pairs of at most a thousand random rows; 1 where most are equal."""
    num_rows = pool.shape[0]
    chosen = np.sort(rng.choice(num_rows, min(num_rows, ROWS_FOR_WIDTH), replace=False))
    rows = read_rows(pool, chosen)
    rows -= rows.mean(axis=0)
    median = np.median(squared_distances(rows, rows)[np.triu_indices(len(rows), 1)])
    return float(median) or 1.0
