"""Tables as plain text, for commands whose answer they are."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 80


@dataclass(frozen=True)
class ScreenTable:
    """A table with its title; the first column is text, the others are numbers; notes stand below."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: str = ""

    def as_text(self) -> str:
        """Return the table in aligned columns, its notes folded to 80 characters."""
        cells = [list(self.columns), *map(list, self.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if index else cell.ljust(width)
                for index, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in cells
        ]
        notes = [line for note in self.notes.splitlines() for line in textwrap.wrap(note, WIDTH)]
        return "\n".join([self.title, *lines, *notes])
