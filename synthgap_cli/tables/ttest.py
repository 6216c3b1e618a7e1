"""What t-tests found, as a table on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.tables.summaries import read_summaries


def show_ttest(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show the thesis' table with what it lacked: n, the null's share, effect sizes. Return its rows."""
    rows = read_summaries(paths)
    if rows:
        console.table(
            f"Components whose equal means are rejected, % (alpha {rows[0]['alpha']:g})",
            [
                "",
                "n",
                "within\nreal",
                "within\nsynth.",
                "by\ngroup",
                "half n",
                "between",
                "null",
                "BH",
                "|d|",
                "|d|>.2",
            ],
            [[name, *_ttest_cells(row)] for name, row in zip(_names(rows), rows, strict=True)],
            notes=_ttest_notes(rows),
        )
    return rows


def _ttest_cells(row: dict[str, Any]) -> list[str]:
    by_group = [_number(row[f"within_{side}_groups_percent"]) for side in ("reference", "candidate")]
    return [
        f"{row['n_reference']}+{row['n_candidate']}",
        _number(row["within_reference_percent"]),
        _number(row["within_candidate_percent"]),
        "/".join(by_group),
        _number(row["between_halves_percent"]),
        _number(row["rejected_percent"]),
        _number(row["expected_percent"]),
        _number(row["benjamini_hochberg_percent"]),
        _number(row["median_abs_d"], digits=2),
        _number(row["abs_d_over_0_2_percent"]),
    ]


def _names(rows: list[dict[str, Any]]) -> list[str]:
    """Return what tells the rows apart: the network or VAE, or the whole pair where domains differ."""
    short = [row["of"] for row in rows]
    return short if len(set(short)) == len(short) else [row["pair"] for row in rows]


def _number(value: float, *, digits: int = 1) -> str:
    return "?" if math.isnan(value) else f"{value:.{digits}f}"


def _ttest_notes(rows: list[dict[str, Any]]) -> str:
    lines = [
        f"{row['of']}: {row['pair']}, rows of {row['rows']}, {row['components']} components"
        + (f", {row['dead']} of them constant and left out" if row["dead"] else "")
        for row in ({**row, "dead": row["dead_equal"] + row["dead_different"]} for row in rows)
    ]
    return "\n".join(
        [
            *lines,
            "within, by group: halves of one domain, cut between images or between groups (images of one "
            "group are not independent), to be held against half n: halves of both domains; null: expected "
            "if nothing differed and images were independent; BH: left after Benjamini-Hochberg; "
            "|d|: median of Cohen's d; |d|>.2: share of components; ?: unknown.",
        ]
    )
