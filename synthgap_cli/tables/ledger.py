"""What a ledger says, as tables on the screen; and what ``--fail-if`` makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgap_cli.tables.plain_text import ScreenTable

Row = dict[str, Any]
Ledger = dict[str, list[Row]]  # rows by table; one that is not there has none

TABLES = ("summary", "closed", "content", "utility", "density")
TESTED = ("auc", "c2st")  # what judges test by
MARKS = {"gap": "*", "undecided": "?", "none seen": " "}
ASKABLE = ("closed", "closed_low", "before", "after", "auc_before", "auc_after", "content_kept", "utility",
           "utility_gain")  # fmt: skip


def read_ledger(path: Path) -> Ledger:
    """Return the tables of a ledger as rows."""
    from synthgap_cli.store.reader import open_store

    with open_store(path) as store:
        tables = {name: store.table(name) for name in TABLES if name in store}
    return {
        name: [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        for name, columns in tables.items()
    }


def tables_of(name: str, ledger: Ledger) -> list[ScreenTable]:
    """Return what a ledger says, table by table; what it has nothing of is left out."""
    return [
        _pairs(name, ledger["summary"]),
        _closed(ledger["closed"]),
        *([_content(ledger["content"])] if ledger.get("content") else []),
        *([_utility(ledger["utility"])] if ledger.get("utility") else []),
        *([_density(ledger["density"])] if ledger.get("density") else []),
    ]


def numbers_of(ledger: Ledger) -> dict[str, float]:
    """Return what was measured under the names that ``--fail-if`` asks for; NaN where it is unknown."""
    leading = next((row for row in ledger["closed"] if row["headline"]), {})
    kept = _one(ledger, "content", measure="edges", of="S'/T")
    learned = {name: _one(ledger, "utility", trained_on=name, tested_on="R") for name in ("S", "T")}
    utility = {name: float(row.get("accuracy", math.nan)) for name, row in learned.items()}
    areas = {
        name: _one(ledger, "summary", pair=pair, statistic="auc")
        for name, pair in (("auc_before", "R'/S'"), ("auc_after", "R'/T"))
    }
    return {
        "closed": float(leading.get("closed", math.nan)),
        "closed_low": float(leading.get("low", math.nan)),
        "before": float(leading.get("before", math.nan)),
        "after": float(leading.get("after", math.nan)),
        **{name: float(row.get("value", math.nan)) for name, row in areas.items()},
        "content_kept": float(kept.get("value", math.nan)),
        "utility": utility["T"],
        "utility_gain": utility["T"] - utility["S"],
    }


def headline_of(closed: Sequence[Row]) -> str:
    """Return in a sentence what a ledger comes to."""
    row = next((row for row in closed if row["headline"]), None)
    if row is None:
        return "No judge can tell R' from S': there is nothing to close that they could see."
    return (
        f"{row['judge']} ({row['statistic']}): {row['closed']:.0%} of the gap closed, "
        f"95 % interval {row['low']:.0%} to {row['high']:.0%}: {row['verdict']}."
    )


def _one(ledger: Ledger, table: str, **wanted: str) -> Row:
    rows = ledger.get(table, [])
    return next((row for row in rows if all(row[name] == value for name, value in wanted.items())), {})


def _pairs(name: str, rows: Sequence[Row]) -> ScreenTable:
    tested = [row for row in rows if row["statistic"] in TESTED]
    judges = list(dict.fromkeys(row["judge"] for row in tested))
    lines = []
    for pair in dict.fromkeys(row["pair"] for row in tested):
        mine = {row["judge"]: row for row in tested if row["pair"] == pair}
        lines.append([pair, mine[judges[0]]["asks"], *(_area(mine[judge]) for judge in judges)])
    whole = max(tested, key=lambda row: int(row["n"]))
    scenes = f"in {whole['groups_first']}+{whole['groups_second']} scenes"
    return ScreenTable(
        f"{name}: {whole['n']} images a side of {whole['rows']}, "
        + (scenes if whole["groups_first"] else "taken as independent"),
        ["", "asks", *judges],
        lines,
        "Area under the ROC curve: 0.5 is chance. R real, S synthetic, R' and S' decoded, T shifted and "
        "decoded. *: a gap, at 0.05 over all judges; ?: undecided; else none seen. small-cnn: trained for "
        "each pair on other images; the others: c2st at half the images.",
    )


def _area(row: Row) -> str:
    return f"{row['value']:.3f}{MARKS[row['verdict']]}" if not math.isnan(row["value"]) else "unknown?"


def _closed(rows: Sequence[Row]) -> ScreenTable:
    return ScreenTable(
        "Share of the gap closed: (before - after) / (before - floor)",
        ["judge", "by", "before", "after", "floor", "closed", "95 %", "verdict"],
        [
            [
                f"{row['judge']}{' (leads)' if row['headline'] else ''}",
                row["statistic"],
                *(_number(row[name]) for name in ("before", "after", "floor")),
                "" if math.isnan(row["closed"]) else f"{row['closed']:.0%}",
                _percent_interval(row),
                row["verdict"].replace(" to judge", ""),
            ]
            for row in rows
        ],
        "before: R'/S'; after: R'/T; floor: chance, or halves of R'. " + headline_of(rows),
    )


def _content(rows: Sequence[Row]) -> ScreenTable:
    return ScreenTable(
        "Content kept",
        ["by", "of", "kept", "95 %", "chance", "n"],
        [
            [
                row["measure"],
                row["of"],
                f"{row['value']:.3f}",
                _interval(row),
                "" if math.isnan(row["chance"]) else f"{row['chance']:.3f}",
                str(row["n"]),
            ]
            for row in rows
        ],
        "Share of images whose nearest neighbour among the unshifted is their own origin; ssim: mean "
        "similarity to it. S/S': what decoding alone keeps.",
    )


def _utility(rows: Sequence[Row]) -> ScreenTable:
    return ScreenTable(
        "Utility: labels read by a classifier",
        ["trained on", "tested on", "accuracy", "95 %", "base rate", "seeds", "n"],
        [
            [
                row["trained_on"],
                row["tested_on"],
                f"{row['accuracy']:.3f}",
                _interval(row),
                f"{row['base_rate']:.3f}" if "base_rate" in row else "",
                str(row["seeds"]),
                f"{row['n_train']}+{row['n_test']}",
            ]
            for row in rows
        ],
        "Mean over seeds, each training of as many images and steps. n: learned from + tested on. base rate: "
        "always saying the commonest label.",
    )


def _density(rows: Sequence[Row]) -> ScreenTable:
    return ScreenTable(
        "Density of the latents",
        ["of", "per axis", "joint", "to own", "to real", "quartiles", "n"],
        [
            [
                row["latents"],
                f"{row['share_per_axis']:.1%}",
                f"{row['share_joint']:.1%}",
                _number(row["nearest_own"]),
                _number(row["nearest_real"]),
                f"{_number(row['nearest_real_low'])}…{_number(row['nearest_real_high'])}",
                str(row["n"]),
            ]
            for row in rows
        ],
        "per axis, joint: share within [-1.5, 1.5], of coordinates and of rows with all of them. to own, to "
        "real: median distance to the nearest other row of the set, and of the real rows.",
    )


def _number(value: float) -> str:
    if math.isnan(value):
        return "?"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value + 0:.3g}"  # + 0: no -0


def _interval(row: Row) -> str:
    return "?" if math.isnan(row["low"]) else f"{row['low']:.3f}–{row['high']:.3f}"


def _percent_interval(row: Row) -> str:
    return "" if math.isnan(row["low"]) else f"{row['low']:.0%} to {row['high']:.0%}"
