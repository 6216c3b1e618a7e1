"""The components that differ most and the images furthest along them, as a table on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.report.numbers import format_number


def show_top(console: Console, paths: Iterable[Path]) -> None:
    """Show what ``--top`` asked for; nothing where it did not."""
    from synthgap_cli.store.reader import open_store

    for path in paths:
        with open_store(path) as store:
            for pair in store.groups("top"):
                _show(console, pair, store.table(f"top/{pair}"))


def _show(console: Console, pair: str, columns: dict[str, Any]) -> None:
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    console.table(
        f"{pair}: the {len(rows)} components that differ most",
        ["component", "d", "p", "difference", "interval"],
        [
            [
                str(row["component"]),
                f"{row['cohens_d']:+.2f}",
                format_number(row["p_value"], "p-value"),
                f"{row['difference']:.3g}",
                f"{row['difference_low']:.3g} to {row['difference_high']:.3g}",
            ]
            for row in rows
        ],
    )
    for row in rows:
        console.note(
            f"{row['component']}: furthest {row.get('reference_1', '')} (reference), "
            f"{row.get('candidate_1', '')} (candidate)"
        )
