"""The components of results stores as CSV or JSON, for programs that do not read HDF5."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from synthgap_cli.errors import OutputExists, UsageProblem
from synthgap_cli.stages.run import Run
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind


def require_csv_or_json(path: Path) -> None:
    """Raise UsageProblem unless the path is that of a file to be CSV or JSON."""
    if path.suffix not in _WRITERS:
        raise UsageProblem(f"{path} is neither .csv nor .json.", hint="The ending says which it is to be.")
    if path.is_dir():
        raise UsageProblem(f"{path} is a directory.", hint="Name a file.")


def write_components(stores: Iterable[Path], path: Path, run: Run) -> None:
    """Write a row for each component of each pair; what is not a number is left empty, or null.

    Raises
    ------
    UsageProblem
        The file is to be neither CSV nor JSON, or is a directory.
    OutputExists
        It exists, says something else, and may not be replaced.
    """
    require_csv_or_json(path)
    rows = [row for store in stores for row in _rows(store)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = _WRITERS[path.suffix](names, rows)
    if path.exists() and run.replace != "always":
        if path.read_bytes() == text.encode():
            return
        raise OutputExists(f"{path} exists and says something else.", hint="--force replaces it.")
    with replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with open_store(path, Kind.RESULTS) as store:
        for pair in store.groups("components"):
            columns = store.table(f"components/{pair}")
            lists = [column.tolist() for column in columns.values()]
            for component, values in enumerate(zip(*lists, strict=True)):
                numbers = (None if math.isnan(value) else value for value in values)
                yield {"pair": pair, "component": component, **dict(zip(columns, numbers, strict=True))}


def _as_csv(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _as_json(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps([{name: row.get(name) for name in names} for row in rows], allow_nan=False)


_WRITERS = {".csv": _as_csv, ".json": _as_json}
