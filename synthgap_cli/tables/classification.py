"""How well the judges told the domains apart, as tables on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.tables.summaries import read_summaries

CHANCE = 0.5
_COLUMNS = ("pair", "size", "n", "scenes", "ROC-AUC", "95 %", "AP", "95 %", "base", "ECE")

ASKABLE = (
    "auc",
    "auc_low",
    "auc_high",
    "average_precision",
    "average_precision_low",
    "average_precision_high",
    "balanced_accuracy",
    "brier",
    "calibration_error",
)  # what --fail-if may ask about


def show_classification(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show how well each judge tells the domains apart on rows it has not seen. Return the summaries."""
    paths = list(paths)
    rows = read_summaries(paths)
    if compared := [row for row in rows if not math.isnan(row["auc"])]:
        splits = " or ".join(dict.fromkeys(row["rows"] for row in compared))
        console.table(
            f"Real against synthetic, small CNN, unseen rows of {splits}",
            _COLUMNS,
            [_cells(row) for row in compared],
            notes=_notes(compared),
        )
    for row in compared:
        if row["auc_high"] < CHANCE:
            console.warn(
                f"{row['pair']} at {row['image_size']}: worse than chance, so the judge recognises what it "
                "learned as the other side's. The same pictures or scenes may lie on both, under other names."
            )
    if scored := [row for row in rows if math.isnan(row["auc"]) and row["n_real"] + row["n_synthetic"]]:
        _show_scores(console, scored)
    _show_sources(console, paths)
    return rows


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        row["pair"],
        str(row["image_size"]),
        f"{row['n_real']}+{row['n_synthetic']}",
        f"{row['groups_real']}+{row['groups_synthetic']}" if row["groups_real"] else "-",
        f"{row['auc']:.3f}",
        _interval(row["auc_low"], row["auc_high"]),
        f"{row['average_precision']:.3f}",
        _interval(row["average_precision_low"], row["average_precision_high"]),
        f"{row['base_rate']:.3f}",
        f"{row['calibration_error']:.3f}",
    ]


def _interval(low: float, high: float) -> str:
    return f"{low:.3f}–{high:.3f}"


def _notes(rows: Sequence[dict[str, Any]]) -> str:
    retrained = [
        f"{row['pair']} at {row['image_size']}: ROC-AUC over {row['trainings']} seeds "
        f"{row['trainings_auc_mean']:.3f} on average, {row['trainings_auc_lowest']:.3f} to "
        f"{row['trainings_auc_highest']:.3f}"
        for row in rows
        if row["trainings"] > 1
    ]
    expected = ", ".join(f"{row['calibration_expected_error']:.3f}" for row in rows)
    return "\n".join(
        [
            *retrained,
            "ROC-AUC 0.5: cannot be told apart. 95 %: interval for this one network on other images like "
            "these; scenes, not images, count as independent where they are known. AP: average precision, to "
            "be read against base, the share of synthetic images. ECE: calibration error, to be read against "
            f"that of right probabilities, {expected}.",
        ]
    )


def _show_scores(console: Console, rows: Sequence[dict[str, Any]]) -> None:
    console.table(
        "Scores of one side alone",
        ["images", "size", "n", "taken for synthetic"],
        [
            [
                row["pair"],
                str(row["image_size"]),
                str(row["n_real"] + row["n_synthetic"]),
                f"{row['synthetic_over_half'] if row['n_synthetic'] else row['real_over_half']:.1%}",
            ]
            for row in rows
        ],
    )


def _show_sources(console: Console, paths: Iterable[Path]) -> None:
    """Show each source against the whole other side, where a domain has several."""
    rows = [(name, row) for path in paths for name, row in _several_sources(path)]
    if rows:
        console.table(
            "Each source against the whole other side",
            ["source", "judge", "n", "ROC-AUC", "95 %"],
            [
                [
                    row["source"],
                    name,
                    f"{row['n']}+{row['n_others']}",
                    f"{row['auc']:.3f}",
                    _interval(row["auc_low"], row["auc_high"]),
                ]
                for name, row in rows
            ],
        )


def _several_sources(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the judge's name and a row for each source of the domains that have more than one."""
    from synthgap_cli.store.reader import open_store
    from synthgap_cli.store.schema import Kind

    with open_store(path) as store:
        if store.header.kind is not Kind.CLASSIFICATION or "sources" not in store:
            return []
        columns, judge = store.table("sources"), store.header.steps[-1]
    sides = columns["is_synthetic"].tolist()
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return [(judge, row) for row in rows if sides.count(row["is_synthetic"]) > 1]
