"""The thesis' measure in tables and pictures: the share of components whose equal means are rejected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgap_cli.figures import effect_sizes, rejected_share
from synthgap_cli.report.content import Cell, Column, Picture, Table
from synthgap_cli.report.directory import Row, StudyDirectory, table
from synthgap_cli.report.numbers import format_number
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.shares import (
    SIDES,
    Shares,
    clustered_shares,
    is_clustered,
    leading_shares,
    plain_shares,
)


def rejected_tables(caption: str, rows: Sequence[Row]) -> list[Table]:
    """Return the thesis' table with floors and the null's share, and a second one of effect sizes.

    Where a test takes scenes as independent, it comes first, and the one that does not stands below it.
    """
    columns = [
        *map(Column, ("", "independent", "n", "within real", "within synthetic")),
        *(Column(title, "percent") for title in ("between, half n", "between", "null")),
    ]
    clustered = any(map(is_clustered, rows))
    notes = [
        f"Level {rows[0]['alpha']:g}, {rows[0]['statistic']}, two-sided, rows of {rows[0]['rows']}, constant "
        "components left out. Within: halves of one domain; mean over repeats, to be held against between at "
        "half n. Null: expected if nothing differed; it allows for a shift's own error.",
        "Images of one scene are not independent. "
        + (
            "Where scenes are taken as independent, standard errors are clustered by scene, n is how many "
            "independent images would say as much, and the halves share no scene. That line is to be "
            "trusted."
            if clustered
            else "Halves cut between images / between scenes, where known: where the two differ, too much is "
            "rejected between the domains too."
        ),
    ]
    shares = [line for row in rows for line in _share_lines(row)]
    return [Table(caption, columns, shares, notes), _effects_table(rows)]


def _share_lines(row: Row) -> list[list[Cell]]:
    plain = _share_line(row["of"], plain_shares(row), [_floors(row, side) for side in SIDES])
    if not is_clustered(row):
        return [plain]
    found = clustered_shares(row)
    floors = [format_number(floor[1], "percent") for floor in found.within]
    return [_share_line(row["of"], found, floors), ["", *plain[1:]]]


def _share_line(name: str, found: Shares, floors: Sequence[str]) -> list[Cell]:
    sizes = " + ".join(format_number(n, "count") for n in found.n)
    return [name, found.independent, sizes, *floors, found.at_half, found.rejected, found.expected]


def _effects_table(rows: Sequence[Row]) -> Table:
    cells: list[list[Cell]] = [
        [
            row["of"],
            row["components"],
            row["effective_components"],
            row["dead_equal"] + row["dead_different"],
            row["median_abs_d"],
            row["abs_d_95th"],
            row["abs_d_over_0_2_percent"] / 100,
            row["smallest_detectable_d"],
            row["design_effect"],
            row["equivalent_percent"] / 100,
            row["benjamini_hochberg_percent"] / 100,
            row["holm_percent"] / 100,
        ]
        for row in rows
    ]
    columns = [
        Column(""),
        *(Column(title, "count") for title in ("components", "worth", "constant")),
        *(Column(title, "number") for title in ("median |d|", "95th percentile")),
        Column("|d| > 0.2", "percent"),
        *(Column(title, "number") for title in ("detectable d", "design effect")),
        *(Column(title, "percent") for title in ("equal", "after BH", "after Holm")),
    ]
    return Table(
        "How large the differences are, and what is left after correction",
        columns,
        cells,
        [
            "Worth: as many independent components would vary as much together. d: Cohen's. Detectable: with "
            "80 % power in one component. Design effect: images of a scene over the independent images they "
            "are worth. Equal: shown to lie within 0.1 standard deviations. BH: Benjamini-Hochberg."
        ],
    )


def _floors(row: Row, side: str) -> str:
    """Return the floor by image, and by scene where there are scenes."""
    by_image, by_scene = row[f"within_{side}_percent"], row[f"within_{side}_groups_percent"]
    written = format_number(by_image / 100, "percent")
    return written if np.isnan(by_scene) else f"{written} / {format_number(by_scene / 100, 'percent')}"


def rejected_picture(study: StudyDirectory, rows: Sequence[Row]) -> Picture:
    """Return the same as a dot plot: scenes as independent where known, and images."""
    lines = [(f"{row['of']}\n{what}", shares) for row in rows for what, shares in _drawn(row)]
    lines = [line for line in lines if np.isfinite(line[1].within).any()]
    figure = rejected_share.draw(
        [label for label, _ in lines],
        within_real=np.array([shares.within[0] for _, shares in lines]),
        within_synthetic=np.array([shares.within[1] for _, shares in lines]),
        between=np.array([shares.at_half for _, shares in lines]),
        expected_null=leading_shares(rows[0]).expected,
        domains=study.domains,
    )
    return Picture(
        encode_figure(figure),
        "Shares rejected within and between the domains",
        "All at half n. Dots: mean over repeated halvings, bars: their range.",
    )


def _drawn(row: Row) -> list[tuple[str, Shares]]:
    plain = [
        ("halves by images", plain_shares(row)),
        ("halves by scenes", plain_shares(row, by_scene=True)),
    ]
    return [("scenes independent", clustered_shares(row)), *plain] if is_clustered(row) else plain


def effects_picture(row: Row) -> Picture:
    """Return the distribution of effect sizes of one test."""
    effects = table(row["file"], f"components/{row['pair']}")["cohens_d"]
    deviation = float(np.sqrt(sum(1 / n for n in leading_shares(row).n)))
    figure = effect_sizes.draw(effects, null_deviation=deviation)
    return Picture(
        encode_figure(figure), f"Effect sizes of {row['of']}", f"Effect sizes of {row['of']}, {row['pair']}."
    )
