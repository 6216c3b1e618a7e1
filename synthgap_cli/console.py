"""The two streams: paths or JSON for programs on stdout, everything for people on stderr."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console as RichConsole
from rich.markup import escape
from rich.table import Table

from synthgap_cli.errors import ExitCode, Stopped, SynthgapError

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


class Console:
    """What a command says and where."""

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self._stderr = RichConsole(stderr=True, highlight=False)
        self._quiet = quiet
        self._as_json = as_json
        self._progress: Progress | None = None
        self.warnings: list[str] = []
        self.planned: list[Path] = []

    def note(self, text: str) -> None:
        """Tell a fact."""
        if not self._quiet:
            self._stderr.print(escape(text), soft_wrap=True)

    def plan(self, path: Path, sources: Sequence[str]) -> None:
        """Tell what a dry run would write."""
        self.planned.append(path)
        self.note(f"would write {path}" + (f" from {', '.join(sources)}" if sources else ""))

    def warn(self, text: str) -> None:
        """Tell what the user should know before using the result, once."""
        if text in self.warnings:
            return
        self.warnings.append(text)
        if not self._quiet:
            self._stderr.print(f"[yellow]warning:[/] {escape(text)}", soft_wrap=True)

    def error(self, error: SynthgapError) -> None:
        """Tell what went wrong and what to do about it; as JSON on stdout too where that was asked for."""
        if self._as_json:
            with suppress(Stopped):  # nobody reads stdout any more: stderr has it all
                self.text(to_json({"error": error.message, "hint": error.hint, "exit-code": error.exit_code}))
        self._stderr.print(f"[red]error:[/] {escape(error.message)}", soft_wrap=True)
        if error.hint:
            self._stderr.print(f"[cyan]hint:[/] {escape(error.hint)}", soft_wrap=True)

    def heading(self, text: str) -> None:
        """Begin a part of a longer run."""
        if not self._quiet:
            self._stderr.print(f"[bold]{escape(text)}[/]", soft_wrap=True)

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, notes: str = ""
    ) -> None:
        """Show a table; the first column is left-aligned, the others are numbers.

        On a terminal too narrow for it, rows and columns change places; where that does not help, it is
        wider than the terminal rather than cut.
        """
        if self._quiet:
            return
        cells = [list(columns), *(list(row) for row in rows)]
        turned = [[cell.replace("\n", " ") for cell in column] for column in zip(*cells, strict=True)]
        tables = [_as_table(cells), _as_table(turned)]
        widths = [self._width(table) for table in tables]
        fits = [width <= self._stderr.width for width in widths]
        chosen = fits.index(True) if any(fits) else 0
        self.heading(title)  # a table's own title would be folded to the table's width
        unbroken = RichConsole(stderr=True, highlight=False, width=max(self._stderr.width, widths[chosen]))
        unbroken.print(tables[chosen])
        if notes:
            self._stderr.print(escape(notes), style="dim")

    def track(self, items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        """Yield the items under a progress bar; off a terminal, just yield them."""
        if self._quiet or not self._stderr.is_terminal:
            yield from items
            return
        if self._progress is None:
            with self._bars() as self._progress:
                try:
                    yield from self._progress.track(items, total=total, description=description)
                finally:
                    self._progress = None
            return
        task = self._progress.add_task(description, total=total)
        try:
            yield from self._progress.track(items, total=total, task_id=task)
        finally:
            if self._progress is not None:
                self._progress.remove_task(task)

    def finish(self, paths: Iterable[Path], **facts: Any) -> None:  # noqa: ANN401  whatever JSON can hold
        """Print what was written: one path a line, or one JSON object with ``output`` and the facts.

        After a dry run the object has ``planned``, what would be written.
        """
        if self._as_json:
            planned = {"planned": self.planned} if self.planned else {}
            document = {"output": list(paths), **planned, **facts, "warnings": self.warnings}
            self.text(to_json(document))
        elif listed := [str(path) for path in paths]:
            self.text("\n".join(listed))

    def text(self, text: str) -> None:
        """Print text on stdout: paths, JSON, or the answer of a command whose answer is text."""
        if sys.stdout is None:  # the shell has closed it: nobody wants to know
            return
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except BrokenPipeError as error:
            raise Stopped(ExitCode.BROKEN_PIPE) from error

    def _width(self, table: Table) -> int:
        """Return how wide the table is where nothing of it is cut."""
        unbounded = self._stderr.options.update(width=1_000)
        return self._stderr.measure(table, options=unbounded).maximum

    def _bars(self) -> Progress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        return Progress(*columns, console=self._stderr, transient=True)


def _as_table(cells: Sequence[Sequence[str]]) -> Table:
    """Return the cells, of which the first row is the heading."""
    table = Table(box=None, pad_edge=False)
    for index, column in enumerate(cells[0]):
        table.add_column(escape(column), justify="right" if index else "left", no_wrap=bool(index))
    for row in cells[1:]:
        table.add_row(*(escape(cell) for cell in row))
    return table


def to_json(document: Any) -> str:  # noqa: ANN401  whatever JSON can hold
    """Return the document as JSON; what is not a number, as null, since JSON has no other word for it."""
    return json.dumps(_plain(document), allow_nan=False)


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (str, int, float, type(None))) else str(value)
