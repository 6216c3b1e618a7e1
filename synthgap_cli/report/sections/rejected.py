"""The thesis' measure in tables and pictures: the share of components whose equal means are rejected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgap_cli.figures import effect_sizes, rejected_share
from synthgap_cli.report.content import Cell, Column, Picture, Table
from synthgap_cli.report.directory import Row, StudyDirectory, table
from synthgap_cli.report.numbers import format_number
from synthgap_cli.report.pictures import encode_figure


def rejected_tables(caption: str, rows: Sequence[Row]) -> list[Table]:
    """Return the thesis' table with floors and the null's share, and a second one of effect sizes."""
    level = f"Level {rows[0]['alpha']:g}, {rows[0]['statistic']}, two-sided, constant components left out."
    shares: list[list[Cell]] = [
        [
            row["of"],
            row["rows"],
            f"{row['n_reference']} + {row['n_candidate']}",
            _floors(row, "reference"),
            _floors(row, "candidate"),
            row["between_halves_percent"] / 100,
            row["rejected_percent"] / 100,
            row["expected_percent"] / 100,
        ]
        for row in rows
    ]
    share_columns = [
        *map(Column, ("", "rows", "n", "within real", "within synthetic")),
        *(Column(title, "percent") for title in ("between, half n", "between", "null")),
    ]
    notes = [
        f"{level} Within: halves of one domain, cut between images / between scenes; mean over "
        "repeats, to be held against between at half n. Images of one scene are not independent: where "
        "the two differ, the "
        "scenes' floor is the honest one.",
        "Null: expected if nothing differed, images being independent; it allows for a shift's own error.",
    ]
    return [Table(caption, share_columns, shares, notes), _effects_table(rows)]


def _effects_table(rows: Sequence[Row]) -> Table:
    cells: list[list[Cell]] = [
        [
            row["of"],
            row["components"],
            row["dead_equal"] + row["dead_different"],
            row["median_abs_d"],
            row["abs_d_95th"],
            row["abs_d_over_0_2_percent"] / 100,
            row["smallest_detectable_d"],
            row["benjamini_hochberg_percent"] / 100,
            row["holm_percent"] / 100,
        ]
        for row in rows
    ]
    columns = [
        Column(""),
        *(Column(title, "count") for title in ("components", "constant")),
        *(Column(title, "number") for title in ("median |d|", "95th percentile")),
        Column("|d| > 0.2", "percent"),
        Column("detectable d", "number"),
        *(Column(title, "percent") for title in ("after BH", "after Holm")),
    ]
    return Table(
        "How large the differences are, and what is left after correction",
        columns,
        cells,
        ["d: Cohen's. Detectable: with 80 % power in one component. BH: Benjamini-Hochberg."],
    )


def _floors(row: Row, side: str) -> str:
    """Return the floor by image, and by scene where there are scenes."""
    by_image, by_scene = row[f"within_{side}_percent"], row[f"within_{side}_groups_percent"]
    written = format_number(by_image / 100, "percent")
    return written if np.isnan(by_scene) else f"{written} / {format_number(by_scene / 100, 'percent')}"


def rejected_picture(study: StudyDirectory, rows: Sequence[Row]) -> Picture:
    """Return the same as a dot plot: by image, and by scene where known."""
    labels: list[str] = []
    within: list[list[list[float]]] = [[], []]
    between: list[float] = []
    for row in rows:
        for kind, suffix in (("images", ""), ("scenes", "_groups")):
            sides = ("reference", "candidate")
            floors = [
                [row[f"within_{side}{suffix}_{part}"] / 100 for part in ("min", "percent", "max")]
                for side in sides
            ]
            if np.isfinite(floors).any():
                labels.append(f"{row['of']}, halves by {kind}")
                between.append(row["between_halves_percent"] / 100)
                for side, floor in zip(within, floors, strict=True):
                    side.append(floor)
    figure = rejected_share.draw(
        labels,
        within_real=np.array(within[0]),
        within_synthetic=np.array(within[1]),
        between=np.array(between),
        expected_null=rows[0]["expected_percent"] / 100,
        domains=study.domains,
    )
    return Picture(
        encode_figure(figure),
        "Shares rejected within and between the domains",
        "All at half n. Dots: mean over repeated halvings, bars: their range.",
    )


def effects_picture(row: Row) -> Picture:
    """Return the distribution of effect sizes of one test."""
    effects = table(row["file"], f"components/{row['pair']}")["cohens_d"]
    deviation = float(np.sqrt(1 / row["n_reference"] + 1 / row["n_candidate"]))
    figure = effect_sizes.draw(effects, null_deviation=deviation)
    return Picture(
        encode_figure(figure), f"Effect sizes of {row['of']}", f"Effect sizes of {row['of']}, {row['pair']}."
    )
