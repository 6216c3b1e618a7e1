"""Kernel distance: the squared MMD with a cubic polynomial kernel, unbiased; on Inception features, KID."""

# N pooled rows, K draws, D components

from __future__ import annotations

import numpy as np

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._pairwise import Array, pair_sums, unbiased_difference
from synthgap_cli.distances.pool import PooledRows

NUMBERS = (Number("kid"),)
PERMUTED = True
JACKKNIFED = True


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator | None = None, track: Track = untracked
) -> Measured:
    """Return the unbiased squared MMD of the kernel ``(x.y / D + 1)^3``, from all rows; no unit.

    Published tables often multiply by 1,000, and average over random subsets of 1,000 rows, which adds
    noise and no information. It may be negative where nothing differs.

    References
    ----------
    Binkowski et al. (2018), Demystifying MMD GANs, arXiv:1801.01401, section 4.
    """
    sums = pair_sums(pool, draws, _cubic, track=track)
    return Measured(unbiased_difference(sums, draws)[None])


def _cubic(first: Array, second: Array) -> Array:
    base = first @ second.T
    base /= first.shape[1]
    base += 1
    result: Array = base * base * base
    return result
