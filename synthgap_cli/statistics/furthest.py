"""Which rows lie furthest along a component."""

# C components asked for, n rows of one block, k rows wanted of each

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def furthest_rows(
    blocks: Iterable[NDArray[np.floating]],
    components: NDArray[np.intp],
    signs: NDArray[np.floating],
    *,
    count: int,
) -> NDArray[np.intp]:
    """Return the positions (C, k) of the rows furthest along each component, the furthest first.

    A position is -1 where the row would be an arbitrary one of several that lie equally far, as the many
    zeros of rectified features do.

    Parameters
    ----------
    blocks : iterable of (n, D)
        Read once.
    components, signs : (C,)
        Which components, and whether their largest (+1) or smallest (-1) values are wanted.
    count : int
        k; all rows where there are fewer.
    """
    values: NDArray[np.floating] = np.empty((len(components), 0))
    positions: NDArray[np.intp] = np.empty((len(components), 0), dtype=np.intp)
    start = 0
    for block in blocks:
        along = (block[:, components] * signs).T  # (C, n)
        values = np.concatenate([values, along], axis=1)
        numbers = np.broadcast_to(np.arange(start, start + len(block)), along.shape)
        positions = np.concatenate([positions, numbers], axis=1)
        furthest = np.argsort(-values, axis=1, kind="stable")[:, : count + 1]
        values = np.take_along_axis(values, furthest, axis=1)
        positions = np.take_along_axis(positions, furthest, axis=1)
        start += len(block)
    left_out = values[:, count:]  # (C, 1): the next after those, if there is one
    arbitrary = (values[:, :count, None] == left_out[:, None, :]).any(axis=2)
    return np.where(arbitrary, -1, positions[:, :count])
