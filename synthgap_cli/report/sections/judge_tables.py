"""The judges' numbers: areas with their intervals, calibration, sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synthgap_cli.report.content import Cell, Column, Table
from synthgap_cli.report.directory import Row, summary, table
from synthgap_cli.store.header import Header


def performance_table(
    judges: Sequence[Header], caption: str = "Real against synthetic on unseen images"
) -> Table:
    """Return how well each judge tells its pair apart."""
    found = [row for judge in judges for row in summary(judge)]
    rows: list[list[Cell]] = [
        [
            row["pair"],
            f"{row['image_size']} px",
            f"{row['n_real']} + {row['n_synthetic']}",
            f"{row['groups_real']} + {row['groups_synthetic']}" if row["groups_real"] else "–",
            row["auc"],
            _interval(row, "auc"),
            row["average_precision"],
            _interval(row, "average_precision"),
            row["base_rate"],
        ]
        for row in found
    ]
    columns = [
        *map(Column, ("pair", "image size", "test images", "scenes")),
        Column("ROC-AUC", "number"),
        Column("95 % interval"),
        Column("average precision", "number"),
        Column("95 % interval"),
        Column("base rate", "number"),
    ]
    return Table(caption, columns, rows, [*map(_retrained, filter(_is_retrained, found)), *_NOTES])


_NOTES = (
    "An interval is of this one network on other images like these; another split or training is not in it. "
    "Where scenes are known, they, not images, count as independent; with few of them it is wide.",
    "Average precision equals the base rate where nothing can be told apart.",
)


def calibration_table(judges: Sequence[Header]) -> Table:
    """Return how right each judge's probabilities are, beside what saying the base rate would cost."""
    rows: list[list[Cell]] = [
        [
            row["pair"],
            f"{row['image_size']} px",
            row["brier"],
            row["base_rate"] * (1 - row["base_rate"]),
            row["calibration_error"],
            row["calibration_expected_error"],
        ]
        for judge in judges
        for row in summary(judge)
    ]
    titles = ("Brier score", "of saying the base rate", "calibration error", "of right probabilities")
    columns = [Column("pair"), Column("image size"), *(Column(title, "number") for title in titles)]
    note = "Calibration error: mean distance between probability and share of synthetic images, in ten bins."
    return Table("Are the probabilities right?", columns, rows, [note])


def sources_table(judge: Header) -> Table | None:
    """Return how well each source is told from the other side; None where no domain has several."""
    columns = table(judge, "sources")
    sides = columns["is_synthetic"].tolist()
    found: list[Row] = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if len(found) == len(set(sides)):
        return None
    rows: list[list[Cell]] = [
        [row["source"], f"{row['n']} + {row['n_others']}", row["auc"], _interval(row, "auc")] for row in found
    ]
    headings = [
        Column("source"),
        Column("images + other side"),
        Column("ROC-AUC", "number"),
        Column("95 % interval"),
    ]
    return Table("Each source against the whole other side", headings, rows)


def _interval(row: dict[str, Any], name: str) -> str:
    return f"{row[f'{name}_low']:.3f} to {row[f'{name}_high']:.3f}"


def _is_retrained(row: Row) -> bool:
    return bool(row["trainings"] > 1)


def _retrained(row: Row) -> str:
    return (
        f"{row['pair']} at {row['image_size']} px, trained from {row['trainings']} seeds: ROC-AUC "
        f"{row['trainings_auc_mean']:.3f} on average, {row['trainings_auc_lowest']:.3f} to "
        f"{row['trainings_auc_highest']:.3f}."
    )
