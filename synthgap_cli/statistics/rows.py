"""Tables of numbers read in blocks of rows, more than once if need be."""

# N rows of the table, D components, n rows of one block

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput


class Rows(Protocol):
    """Features or latents by row: an array, or a store that does not fit into memory."""

    @property
    def shape(self) -> tuple[int, ...]:
        """``(N, D)``."""
        ...

    def blocks(self, rows: NDArray[np.intp] | None, /) -> Iterator[NDArray[np.floating]]:
        """Yield ``(n, D)`` blocks of the ascending ``rows``, or of all N; anew at each call."""
        ...


@dataclass(frozen=True)
class ArrayRows:
    """An array ``(N, D)`` as `Rows`."""

    values: NDArray[np.floating]
    block_size: int = 1024

    @property
    def shape(self) -> tuple[int, ...]:
        """``(N, D)``."""
        return self.values.shape

    def blocks(self, rows: NDArray[np.intp] | None, /) -> Iterator[NDArray[np.floating]]:
        """Yield ``(n, D)``, ``n <= block_size``."""
        for start in range(0, count_rows(self, rows), self.block_size):
            chosen = slice(start, start + self.block_size)
            yield self.values[chosen] if rows is None else self.values[rows[chosen]]


def count_rows(source: Rows, rows: NDArray[np.intp] | None) -> int:
    """Return how many rows ``source.blocks(rows)`` yields altogether."""
    return source.shape[0] if rows is None else len(rows)


def numbered_rows(source: Rows, rows: NDArray[np.intp] | None) -> NDArray[np.intp]:
    """Return the numbers of the rows that ``source.blocks(rows)`` yields."""
    return np.arange(source.shape[0]) if rows is None else rows


def require_same_components(first: int, second: int) -> None:
    """Raise InvalidInput unless both have as many components."""
    if first != second:
        raise InvalidInput(
            f"One side has {first} components, the other {second}.",
            hint="Compare features of one network and layer, or latents of one VAE.",
        )
