"""Sliced Wasserstein distance: how far rows have to move, seen from many directions."""

# N pooled rows, K draws, D components, L directions

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.pool import PooledRows

NUMBERS = (Number("sliced_wasserstein"),)
PERMUTED = False
JACKKNIFED = False

DIRECTIONS = 128


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator, track: Track = untracked
) -> Measured:
    """Return the mean over 128 random directions of the 1-Wasserstein distance, in the features' unit.

    Along a direction it is the area between the two empirical distribution functions. A shift by a vector
    v in D dimensions gives about ``|v| sqrt(2 / (pi D))``, so values of different D do not compare.

    References
    ----------
    Rabin et al. (2012), doi:10.1007/978-3-642-24785-9_37; Bonneel et al. (2015),
    doi:10.1007/s10851-014-0506-3, here of order 1.
    """
    directions = random_directions(pool.shape[1], rng)
    projected = np.concatenate([block @ directions for block in pool.blocks()])  # (N, L)
    weights = _weights(draws)
    total = np.zeros(len(draws.pairs))
    for column in track(projected.T, "directions", len(projected.T)):
        order = np.argsort(column, kind="stable")
        # between neighbours, the difference of the two distribution functions (N - 1, K)
        gaps = np.abs(np.cumsum(weights[order[:-1]], axis=0))
        total += np.diff(column[order]) @ gaps
    return Measured((total / len(projected.T))[None])


def random_directions(num_components: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return unit vectors (D, L), uniform on the sphere."""
    directions = rng.standard_normal((num_components, DIRECTIONS))
    return np.asarray(directions / np.linalg.norm(directions, axis=0))


def _weights(draws: Draws) -> NDArray[np.float64]:
    """Return (N, K): a share of the first subset, less a share of the second."""
    shares = draws.members / np.maximum(1, draws.sizes)
    first, second = draws.pairs.T
    weights: NDArray[np.float64] = shares[:, first] - shares[:, second]
    return weights
