"""Sums over subsets of rows in one pass, in float64, about a pivot near the mean."""

# N rows, D components, K subsets of the rows, n rows of one piece

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput

CACHED_VALUES = 2**18  # 2 MiB of float64: a piece's copy is still in the cache when it is squared


class PivotedPieces:
    """Blocks of rows in pieces that stay in the cache, less a pivot: the mean of the first one.

    Parameters
    ----------
    blocks : iterable of (n, D)
        Of any float dtype; read once.
    at_least : int
        Rows of a piece: four times as many as sums are taken of it, or the time goes into the sums.
    """

    def __init__(self, blocks: Iterable[NDArray[np.floating]], *, at_least: int) -> None:
        self._blocks = blocks
        self._at_least = at_least
        self._pivot: NDArray[np.float64] | None = None

    @property
    def pivot(self) -> NDArray[np.float64]:
        """What has been subtracted (D,), once a piece has been read.

        Raises
        ------
        InvalidInput
            There were no rows.
        """
        if self._pivot is None:
            raise InvalidInput("There are no rows to describe.", hint="Is a split or a group empty?")
        return self._pivot

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        """Yield (n, D) float64."""
        for block in self._blocks:
            size = max(self._at_least, CACHED_VALUES // block.shape[1])
            for start in range(0, len(block), size):
                yield self._centre(block[start : start + size])

    def _centre(self, piece: NDArray[np.floating]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore", over="ignore"):  # reported by component, not by warning
            if self._pivot is None:
                self._pivot = piece.mean(axis=0, dtype=np.float64)
            return np.asarray(np.subtract(piece, self._pivot, dtype=np.float64))


@dataclass(frozen=True)
class Sums:
    """Counts (K,), sums and sums of squares (K, D) of K subsets of rows, about a pivot; float64."""

    counts: NDArray[np.float64]
    sums: NDArray[np.float64]
    squares: NDArray[np.float64]

    def add(self, other: Sums) -> None:
        """Add, in place, the sums over other rows."""
        for mine, more in zip(self._arrays(), other._arrays(), strict=True):
            mine += more

    def with_complements(self) -> Sums:
        """Return also the sums over the complements of all subsets but the first, which has all rows."""
        return Sums(*map(with_complements, self._arrays()))

    def part(self, subsets: slice) -> Sums:
        """Return the sums of some of the subsets."""
        return Sums(*(one[subsets] for one in self._arrays()))

    def _arrays(self) -> tuple[NDArray[np.float64], ...]:
        return self.counts, self.sums, self.squares


def with_complements(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sums over K subsets (K, ...), then over the complements of all but the first: (2K - 1, ...)."""
    return np.concatenate([sums, sums[0] - sums[1:]])


def sums_of(centred: NDArray[np.float64], weights: NDArray[np.float64]) -> Sums:
    """Return the sums over rows (n, D), which are squared in place.

    Parameters
    ----------
    centred : (n, D) float64
        As `PivotedPieces` yields them.
    weights : (K, n) float64
        1 where a row belongs to a subset, 0 elsewhere. The first subset has all rows.

    Raises
    ------
    InvalidInput
        A value is not finite.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        sums = weights @ centred
        squares = weights @ np.square(centred, out=centred)
    _require_finite(sums[0])
    return Sums(weights.sum(axis=1), sums, squares)


def _require_finite(sums: NDArray[np.float64]) -> None:
    if not np.isfinite(sums).all():
        component = int(np.flatnonzero(~np.isfinite(sums))[0])
        raise InvalidInput(
            f"Component {component} holds a value that is not finite.",
            hint="Make the store again; half precision or a diverged VAE can cause this.",
        )
