"""What t-tests found, as a table on the screen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.tables.summaries import read_summaries

COLUMNS = (
    "",
    "n",
    "within\nreal",
    "within\nsynth.",
    "half n",
    "between",
    "null",
    "BH",
    "equal",
    "|d|",
    "least\nd",
)

ASKABLE = (
    "rejected_percent",
    "clustered_percent",
    "welch_percent",
    "holm_percent",
    "benjamini_hochberg_percent",
    "benjamini_yekutieli_percent",
    "equivalent_percent",
    "median_abs_d",
    "abs_d_95th",
    "abs_d_over_0_2_percent",
)  # what --fail-if may ask about


def show_ttest(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show the thesis' table with what it lacked: n, the null's share, effect sizes. Return its rows."""
    rows = read_summaries(paths)
    if rows:
        console.table(
            f"Components whose equality is rejected, % (alpha {rows[0]['alpha']:g})",
            COLUMNS,
            [line for name, row in zip(_names(rows), rows, strict=True) for line in _lines(name, row)],
            notes=_notes(rows),
        )
    return rows


def _lines(name: str, row: dict[str, Any]) -> list[list[str]]:
    """Return a pair's lines: the clustered test where there is one, and images taken as independent."""
    plain = [f"{row['n_reference']}+{row['n_candidate']}", *_plain_shares(row)]
    common = [
        _number(row["benjamini_hochberg_percent"]),
        _number(row["equivalent_percent"]),
        _number(row["median_abs_d"], digits=2),
        _number(row["smallest_detectable_d"], digits=2),
    ]
    if math.isnan(row["clustered_percent"]):
        return [[name, *plain, *common]]
    sizes = [f"{row[f'effective_n_{side}']:.0f}" for side in ("reference", "candidate")]
    return [
        [name, "+".join(sizes), *_clustered_shares(row), *common],
        ["  as independent", *plain, *[""] * len(common)],
    ]


def _clustered_shares(row: dict[str, Any]) -> list[str]:
    names = ("within_reference", "within_candidate", "between_halves")
    shares = [_number(row[f"clustered_{name}_percent"]) for name in names]
    return [*shares, _number(row["clustered_percent"]), _number(row["clustered_expected_percent"])]


def _plain_shares(row: dict[str, Any]) -> list[str]:
    return [
        *(_halves(row, f"within_{side}") for side in ("reference", "candidate")),
        _number(row["between_halves_percent"]),
        _number(row["rejected_percent"]),
        _number(row["expected_percent"]),
    ]


def _halves(row: dict[str, Any], name: str) -> str:
    """Return the floor by image, and by group where groups are known."""
    by_image, by_group = row[f"{name}_percent"], row[f"{name}_groups_percent"]
    return _number(by_image) if math.isnan(by_group) else f"{_number(by_image)}/{_number(by_group)}"


def _names(rows: list[dict[str, Any]]) -> list[str]:
    """Return what tells the rows apart: the network or VAE, or the whole pair where domains differ."""
    short = [row["of"] for row in rows]
    return short if len(set(short)) == len(short) else [row["pair"] for row in rows]


def _number(value: float, *, digits: int = 1) -> str:
    return "?" if math.isnan(value) else f"{value:.{digits}f}"


def _notes(rows: list[dict[str, Any]]) -> str:
    legend = (
        "within: halves of one domain, to be held against half n: halves of both; between: all of both; "
        "null: expected if nothing differed; BH: left after Benjamini-Hochberg; equal: shown to be within "
        "0.1 standard deviations; |d|: median of Cohen's d; least d: seen four times out of five; "
        "?: unknown."
    )
    clustered = (
        "The first line of a pair takes scenes as independent: its n is how many independent images would "
        "say as much, its halves share no scene. The second takes images as independent; its halves are cut "
        "between images / between scenes."
    )
    known = any(not math.isnan(row["clustered_percent"]) for row in rows)
    return "\n".join([*map(_describe, rows), *([clustered] if known else []), legend])


def _describe(row: dict[str, Any]) -> str:
    dead = row["dead_equal"] + row["dead_different"]
    parts = [
        f"{row['of']}: {row['pair']}, {row['statistic']}, rows of {row['rows']}",
        f"{row['components']} components"
        + ("" if math.isnan(row["effective_components"]) else f" worth {row['effective_components']:.0f}"),
    ]
    if dead:
        parts.append(f"{dead} of them constant and left out")
    if not math.isnan(row["design_effect"]):
        scenes = f"{row['groups_reference']}+{row['groups_candidate']} scenes"
        parts.append(f"{scenes}, design effect {row['design_effect']:.1f}")
    return ", ".join(parts)
