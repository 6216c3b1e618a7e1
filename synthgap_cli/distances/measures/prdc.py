"""Precision, recall, density and coverage: are the synthetic images among the real ones, and everywhere?"""

# N pooled rows, S subsets, K draws, b rows of a block, T nearest neighbours

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._pairwise import squared_distances
from synthgap_cli.distances.pool import PooledRows, in_blocks_of
from synthgap_cli.statistics.moments import stream_moments

NUMBERS = tuple(Number(name, "high") for name in ("precision", "recall", "density", "coverage"))
PERMUTED = False
JACKKNIFED = False

NEIGHBOURS = 5
BLOCK = 512  # rows whose distances to all others are in memory
FIRST_LOOK = 64  # nearest rows among which a ball's border is looked for first
LOOKED_AT = 2**24  # neighbours times subsets at once

Array = NDArray[np.float64]


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator | None = None, track: Track = untracked
) -> Measured:
    """Return the four numbers, each high where the sets agree; a ball reaches to a row's fifth neighbour.

    Precision: the share of the second set inside a ball of the first. Recall: the share of the first set
    inside a ball of the second. Density: how many balls of the first set hold a row of the second, over
    five. Coverage: the share of the balls of the first set that hold a row of the second. NaN where a set
    has no five neighbours. For two samples of one distribution none of them need be 1, and coverage is
    about ``1 - 2^-5`` at equal sizes: hence the floors.

    References
    ----------
    Kynkäänniemi et al. (2019), arXiv:1904.06991, equation 2; Naeem et al. (2020), arXiv:2002.09797,
    equations 3 and 4.
    """
    tally = _Tally(draws)
    mean = stream_moments(pool.blocks()).mean
    starts = range(0, pool.shape[0], BLOCK)
    blocks = track(zip(starts, in_blocks_of(BLOCK, pool), strict=True), "neighbours", len(starts))
    for start, block in blocks:
        others = in_blocks_of(BLOCK, pool)
        distances = [squared_distances(block - mean, other - mean) for other in others]
        tally.add(np.arange(start, start + len(block)), np.concatenate(distances, axis=1), FIRST_LOOK)
    return Measured(tally.numbers())


class _Tally:
    """Which rows lie in whose balls, for all draws at once, from each row's nearest neighbours alone."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._members = np.ascontiguousarray(draws.members.T)  # (S, N)
        marks = len(draws.pairs), len(draws.members)
        self._precise, self._recalled = (np.zeros(marks, dtype=bool) for _ in range(2))  # (K, N)
        self._covered, self._held = (np.zeros(len(draws.pairs)) for _ in range(2))

    def add(self, rows: NDArray[np.intp], distances: Array, length: int) -> None:
        """Add rows (b,) by their squared distances (b, N), looking at the nearest ``length`` first."""
        length = min(length, distances.shape[1])
        at_once = max(1, LOOKED_AT // (length * len(self._members)))
        for start in range(0, len(rows), at_once):
            part = slice(start, start + at_once)
            done = self._look(rows[part], distances[part], length)
            if not done.all():
                self.add(rows[part][~done], distances[part][~done], 4 * length)

    def _look(self, rows: NDArray[np.intp], distances: Array, length: int) -> NDArray[np.bool_]:
        """Count those rows whose balls end within the nearest ``length`` (T), and return which they are."""
        order, near = _nearest(distances, length)  # (b, T)
        among = self._members[:, order]  # (S, b, T)
        counted = np.cumsum(among, axis=2, dtype=np.int32)
        border = np.argmax(counted > NEIGHBOURS, axis=2)  # a row is its own nearest neighbour
        radii = np.take_along_axis(near, border.T, axis=1).T  # (S, b)
        has_ball = self._members[:, rows] & (self._draws.sizes > NEIGHBOURS)[:, None]
        ends = (counted[:, :, -1] > NEIGHBOURS) & (radii < near[:, -1])
        done = (ends | ~has_ball).all(axis=0) | (length == distances.shape[1])
        balls = (near <= radii[:, :, None]) & (has_ball & done)[:, :, None]  # (S, b, T)
        for draw, (first, second) in enumerate(self._draws.pairs):
            in_first, in_second = balls[first] & among[second], balls[second] & among[first]  # (b, T)
            self._precise[draw, order[in_first]] = True
            self._recalled[draw, order[in_second]] = True
            self._held[draw] += np.count_nonzero(in_first)
            self._covered[draw] += np.count_nonzero(in_first.any(axis=1))
        return np.asarray(done)

    def numbers(self) -> Array:
        """Return (4, K)."""
        first, second = self._draws.pairs.T
        n, m = self._draws.sizes[first], self._draws.sizes[second]
        precise, recalled = self._precise.sum(axis=1), self._recalled.sum(axis=1)
        numbers = np.stack([precise / m, recalled / n, self._held / (NEIGHBOURS * m), self._covered / n])
        numbers[:, np.minimum(n, m) <= NEIGHBOURS] = np.nan
        return numbers


def _nearest(distances: Array, length: int) -> tuple[NDArray[np.intp], Array]:
    """Return which columns are nearest and how near, (b, length), the nearest first."""
    order = np.argpartition(distances, length - 1, axis=1)[:, :length]
    near = np.take_along_axis(distances, order, axis=1)
    ascending = np.argsort(near, axis=1, kind="stable")
    return np.take_along_axis(order, ascending, axis=1), np.take_along_axis(near, ascending, axis=1)
