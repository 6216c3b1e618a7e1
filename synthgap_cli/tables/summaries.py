"""The summaries of stores as plain rows, as ``--json`` prints them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read_summaries(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the rows of ``/summary`` of the stores that have one."""
    from synthgap_cli.store.reader import open_store
    from synthgap_cli.store.schema import Kind

    rows: list[dict[str, Any]] = []
    for path in paths:
        with open_store(path) as store:
            if store.header.kind not in (Kind.RESULTS, Kind.CLASSIFICATION):
                continue
            columns = store.table("summary")
        rows += [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return rows
