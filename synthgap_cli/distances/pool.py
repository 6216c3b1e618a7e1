"""The rows of two tables as one: every comparison is between two subsets of it."""

# n reference rows, m candidate rows, N = n + m, D components, b rows of one block

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.rows import Rows, count_rows, require_same_components


@dataclass(frozen=True)
class PooledRows:
    """The chosen rows of the reference, then those of the candidate, as `Rows`.

    Parameters
    ----------
    reference, candidate : Rows
        Tables of D components each.
    reference_rows, candidate_rows : (n,), (m,) int, optional
        Which rows, ascending; all by default.
    """

    reference: Rows
    candidate: Rows
    reference_rows: NDArray[np.intp] | None = None
    candidate_rows: NDArray[np.intp] | None = None
    num_reference: int = field(init=False)

    def __post_init__(self) -> None:
        require_same_components(self.reference.shape[1], self.candidate.shape[1])
        object.__setattr__(self, "num_reference", count_rows(self.reference, self.reference_rows))

    @property
    def shape(self) -> tuple[int, ...]:
        """``(N, D)``."""
        return self.num_reference + count_rows(self.candidate, self.candidate_rows), self.reference.shape[1]

    def blocks(self, rows: NDArray[np.intp] | None = None, /) -> Iterator[NDArray[np.floating]]:
        """Yield ``(b, D)`` blocks of the ascending pooled ``rows``, or of all N."""
        first, second = self.reference_rows, self.candidate_rows
        if rows is not None:
            cut = np.searchsorted(rows, self.num_reference)
            first = _chosen(first, rows[:cut])
            second = _chosen(second, rows[cut:] - self.num_reference)
        if first is None or len(first):
            yield from self.reference.blocks(first)
        if second is None or len(second):
            yield from self.candidate.blocks(second)


def in_blocks_of(
    size: int, pool: Rows, rows: NDArray[np.intp] | None = None
) -> Iterator[NDArray[np.float64]]:
    """Yield float64 blocks of ``size`` rows, the last one smaller, however the pool comes."""
    waiting: list[NDArray[np.floating]] = []
    for block in pool.blocks(rows):
        waiting.append(block)
        while sum(map(len, waiting)) >= size:
            joined = np.concatenate(waiting)
            yield joined[:size].astype(np.float64)
            waiting = [joined[size:]]
    if sum(map(len, waiting)):
        yield np.concatenate(waiting).astype(np.float64)


def read_rows(pool: Rows, rows: NDArray[np.intp] | None) -> NDArray[np.float64]:
    """Return the ascending ``rows``, or all, as one float64 array; for as many as may be held."""
    return np.concatenate([np.asarray(block, dtype=np.float64) for block in pool.blocks(rows)])


def _chosen(rows: NDArray[np.intp] | None, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    return positions if rows is None else rows[positions]
