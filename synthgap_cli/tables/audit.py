"""What gives the sides away before anything is learned from the images, as a table on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.tables.summaries import read_summaries

_HINT = "prepare --equalise auto puts both sides through one resize and one JPEG encoder."


def show_audit(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show how well metadata and simple statistics alone tell the sides apart; warn where that is an alarm.

    Returns
    -------
    list of dict
        The rows.
    """
    rows = read_summaries(paths)
    if not rows:
        return rows
    console.table(
        "Confound audit: judges that see no more than this",
        ["judge", "n", "scenes", "ROC-AUC", "95 %", "most telling", "alone"],
        [
            [
                _name(row, rows),
                f"{row['n_reference']}+{row['n_candidate']}",
                f"{row['groups_reference']}+{row['groups_candidate']}" if row["groups_reference"] else "-",
                *_areas(row),
            ]
            for row in rows
        ],
        notes="Rows of all splits, every image judged by what was learned from others. ROC-AUC 0.5: nothing "
        "gives the sides away.",
    )
    for verdict, alarm in dict.fromkeys((row["verdict"], row["alarm"]) for row in rows):
        (console.warn if alarm else console.note)(verdict)
    if any(row["alarm"] and not row["equalised"] for row in rows):
        console.note(_HINT)
    return rows


def _areas(row: dict[str, Any]) -> list[str]:
    """Return the area, its interval, and the column that tells most; no numbers where nothing was judged."""
    if math.isnan(row["auc"]):
        return ["-"] * 4
    column = row["leading"].partition(":")[0].partition(",")[0]  # without its unit
    interval = f"{row['auc_low']:.3f}–{row['auc_high']:.3f}"
    return [f"{row['auc']:.3f}", interval, column, f"{row['leading_auc']:.3f}"]


def _name(row: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    pairs = {other["pair"] for other in rows}
    return f"{row['judge']}, {row['pair']}" if len(pairs) > 1 else str(row["judge"])
