"""CMMD's kernel and scale, on whatever features there are."""

# N pooled rows, K draws, D components

from __future__ import annotations

import numpy as np

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._pairwise import Array, pair_sums, squared_distances
from synthgap_cli.distances.pool import PooledRows

NUMBERS = (Number("cmmd"),)
PERMUTED = True
JACKKNIFED = True

WIDTH = 10.0
SCALE = 1000.0


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator | None = None, track: Track = untracked
) -> Measured:
    """Return a thousand times the squared MMD of ``exp(-|x - y|^2 / 200)``, rows paired with themselves.

    Width and scale were chosen for CLIP's features scaled to length one; they are taken as published, and
    rows are not rescaled. This is the biased estimate: never negative, and above zero for equal sets.

    References
    ----------
    Jayasumana et al. (2024), Rethinking FID, arXiv:2401.09603, section 4.
    """
    sums = pair_sums(pool, draws, _gaussian, track=track, centre=True)
    first, second = draws.pairs.T
    n, m = draws.sizes[first], draws.sizes[second]
    # each row's kernel with itself is 1
    within = (sums[first, first] + n) / n**2 + (sums[second, second] + m) / m**2
    return Measured(SCALE * (within - 2 * sums[first, second] / (n * m))[None])


def _gaussian(first: Array, second: Array) -> Array:
    exponent = squared_distances(first, second)
    exponent /= -2 * WIDTH**2
    return np.exp(exponent, out=exponent)
