"""The rows of a store: which image each is, and what its source file looked like."""

# N rows

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPLITS = ("train", "val", "test")
REQUIRED = ("id", "split", "group", "source")


@dataclass(frozen=True)
class Samples:
    """Columns of equal length: ``id``, ``split``, ``group``, ``source`` and what else was recorded."""

    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.columns["id"])

    def __getitem__(self, column: str) -> NDArray[Any]:
        return self.columns[column]

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def rows_in(self, splits: Collection[str]) -> NDArray[np.intp]:
        """Return the rows (n,) whose split is one of these, ascending."""
        return np.flatnonzero(np.isin(self["split"], list(splits)))

    def select(self, rows: NDArray[np.intp]) -> Samples:
        """Return these rows alone, in this order."""
        return Samples({name: column[rows] for name, column in self.columns.items()})
