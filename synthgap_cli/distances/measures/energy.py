"""Energy distance: how much farther apart images of the two sets are than images of one."""

# N pooled rows, K draws

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
from synthgap_cli.distances.pool import PooledRows

NUMBERS = (Number("energy"),)
PERMUTED = True
JACKKNIFED = True


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator | None = None, track: Track = untracked
) -> Measured:
    """Return ``2 E|X - Y| - E|X - X'| - E|Y - Y'|``, in the features' unit.

    Rows are not paired with themselves, so that it is unbiased and may be negative where nothing differs;
    SciPy's and others' pair them, and some take the root.

    References
    ----------
    Szekely and Rizzo (2013), Energy statistics, doi:10.1016/j.jspi.2013.03.018, equation 5.
    """
    sums = pair_sums(pool, draws, _distance, track=track, centre=True)
    return Measured(-unbiased_difference(sums, draws)[None])


def _distance(first: Array, second: Array) -> Array:
    squares = squared_distances(first, second)
    return np.sqrt(squares, out=squares)
