"""Sums of a kernel over the pairs of rows of many subsets, from one pass over pairs of blocks."""

# N pooled rows, S subsets, K draws, D components, a and b rows of two blocks

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.pool import PooledRows, in_blocks_of
from synthgap_cli.statistics.moments import stream_moments

Array = NDArray[np.float64]
Kernel = Callable[[Array, Array], Array]  # (a, D), (b, D) -> (a, b)

BLOCK = 2048  # rows: a block of the kernel is 32 MiB


def pair_sums(pool: PooledRows, draws: Draws, kernel: Kernel, *, track: Track, centre: bool = False) -> Array:
    """Return (S, S) the sums of ``kernel`` over all pairs of a row of one subset and a row of another.

    A row is not paired with itself. With ``members`` (N, S) as W and the kernel matrix, its diagonal zero,
    as K, this is ``W.T @ K @ W``, of which only blocks are ever held.

    Parameters
    ----------
    centre : bool
        Whether to subtract the pool's mean before: right for a kernel of differences, whose rounding errors
        grow with the distance from zero.
    """
    num_rows, num_components = pool.shape
    mean = stream_moments(pool.blocks()).mean if centre else np.zeros(num_components)
    num_subsets = draws.members.shape[1]
    sums = np.zeros((num_subsets, num_subsets))
    starts = range(0, num_rows, BLOCK)
    rows = (np.arange(start, num_rows) for start in starts)
    for start, remaining in zip(track(starts, "pairs of images", len(starts)), rows, strict=True):
        others = in_blocks_of(BLOCK, pool, remaining)
        first = next(others) - mean
        mine = draws.members[start : start + BLOCK].astype(np.float64)  # (a, S)
        values = kernel(first, first)
        np.fill_diagonal(values, 0)
        sums += mine.T @ (values @ mine)
        for index, other in enumerate(others, 1):
            theirs = draws.members[start + index * BLOCK :][:BLOCK].astype(np.float64)  # (b, S)
            crossed = mine.T @ (kernel(first, other - mean) @ theirs)  # (S, S)
            sums += crossed + crossed.T
    return sums


def unbiased_difference(sums: Array, draws: Draws) -> Array:
    """Return (K,) the mean within the one subset, plus within the other, less twice that between them."""
    first, second = draws.pairs.T
    n, m = draws.sizes[first], draws.sizes[second]
    with np.errstate(invalid="ignore", divide="ignore"):  # NaN where a subset has one row
        within = sums[first, first] / (n * (n - 1)) + sums[second, second] / (m * (m - 1))
    result: Array = within - 2 * sums[first, second] / (n * m)
    return result


def squared_distances(first: Array, second: Array) -> Array:
    """Return (a, b) squared Euclidean distances."""
    squares = first @ second.T
    squares *= -2
    squares += np.einsum("ad,ad->a", first, first)[:, None]
    squares += np.einsum("bd,bd->b", second, second)
    return np.maximum(squares, 0, out=squares)
