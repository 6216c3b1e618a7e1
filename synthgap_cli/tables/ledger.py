"""What a ledger says, as tables on the screen; and what ``--fail-if`` makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.ledger.pairs import DECODED, FULL_SIZE, Family
from synthgap_cli.ledger.told import Ledger, Row
from synthgap_cli.tables.plain_text import ScreenTable

Tables = dict[str, list[Row]]  # rows by table; one that is not there has none

TABLES = ("summary", "closed", "content", "utility", "density")
TESTED = ("auc", "c2st")  # what judges test by
APART = {FULL_SIZE.before: "R from S", DECODED.before: "R' from S'"}
MARKS = {"gap": "*", "undecided": "?", "none seen": " "}
ASKABLE = ("closed", "closed_low", "before", "after", "auc_before", "auc_after", "content_kept", "utility",
           "utility_gain")  # fmt: skip


def read_ledger(path: Path) -> Tables:
    """Return the tables of a ledger as rows."""
    from synthgap_cli.store.reader import open_store

    with open_store(path) as store:
        return {name: store.rows(name) for name in TABLES if name in store}


def tables_of(name: str, ledger: Tables) -> list[ScreenTable]:
    """Return what a ledger says, table by table; what it has nothing of is left out."""
    told = Ledger.of_tables(ledger)
    return [
        _pairs(name, ledger["summary"]),
        *(_closed(told, family) for family in told.families),
        *([_content(ledger["content"])] if ledger.get("content") else []),
        *([_utility(ledger["utility"])] if ledger.get("utility") else []),
        *([_density(ledger["density"])] if ledger.get("density") else []),
    ]


def numbers_of(tables: Tables) -> dict[str, float]:
    """Return what was measured under the names that ``--fail-if`` asks for; NaN where it is unknown.

    All is of the images that lead: the translated ones, else the shifted ones.
    """
    ledger = Ledger.of_tables(tables)
    names = ("closed", "low", "before", "after")
    closed, low, before, after = (_number_in(ledger.headline, name) for name in names)
    of_outcome, of_synthetic = (
        _number_in(ledger.accuracy(name, "R"), "accuracy") for name in (ledger.outcome, "S")
    )
    auc_before, auc_after = (
        _number_in(next((row for row in ledger.of_pair(pair) if row["statistic"] == "auc"), None), "value")
        for pair in (ledger.leading.before, ledger.leading.after)
    )
    return {
        "closed": closed,
        "closed_low": low,
        "before": before,
        "after": after,
        "auc_before": auc_before,
        "auc_after": auc_after,
        "content_kept": _number_in(ledger.kept("edges"), "value"),
        "utility": of_outcome,
        "utility_gain": of_outcome - of_synthetic,
    }


def headline_of(ledger: Ledger) -> str:
    """Return in a sentence what a ledger comes to."""
    row, family = ledger.headline, ledger.leading
    if row is None:
        return f"No judge can tell {APART[family.before]}: there is nothing to close that they could see."
    return (
        f"{row['judge']} ({row['statistic']}): {row['closed']:.0%} of the gap closed, "
        f"95 % interval {row['low']:.0%} to {row['high']:.0%}: {row['verdict']}."
    )


def _number_in(row: Row | None, name: str) -> float:
    return math.nan if row is None else float(row[name])


def _pairs(name: str, rows: Sequence[Row]) -> ScreenTable:
    tested = [row for row in rows if row["statistic"] in TESTED]
    judges = list(dict.fromkeys(row["judge"] for row in tested))
    lines = []
    for pair in dict.fromkeys(row["pair"] for row in tested):
        mine = {row["judge"]: row for row in tested if row["pair"] == pair}
        asks = next(iter(mine.values()))["asks"]
        lines.append([pair, asks, *(_area(mine[judge]) if judge in mine else "" for judge in judges)])
    whole = max(tested, key=lambda row: int(row["n"]))
    scenes = f"in {whole['groups_first']}+{whole['groups_second']} scenes"
    return ScreenTable(
        f"{name}: {whole['n']} images a side of {whole['rows']}, "
        + (scenes if whole["groups_first"] else "taken as independent"),
        ["", "asks", *judges],
        lines,
        f"Area under the ROC curve: 0.5 is chance. {_sets(rows)}. *: a gap, at 0.05 over all judges; ?: "
        "undecided; else none seen. small-cnn: trained for each pair on other images; the others: c2st at "
        "half the images.",
    )


def _sets(rows: Sequence[Row]) -> str:
    pairs = {row["pair"] for row in rows}
    decoded = ["R' and S' decoded", "T shifted and decoded"] if DECODED.after in pairs else []
    translated = ["U translated at the size of S"] if FULL_SIZE.after in pairs else []
    return ", ".join(["R real", "S synthetic", *decoded, *translated])


def _area(row: Row) -> str:
    return f"{row['value']:.3f}{MARKS[row['verdict']]}" if not math.isnan(row["value"]) else "unknown?"


def _closed(ledger: Ledger, family: Family) -> ScreenTable:
    leads = family is ledger.leading
    return ScreenTable(
        f"Share of the gap closed{'' if leads else ', decoded'}: (before - after) / (before - floor)",
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
            for row in ledger.closed_by(family)
        ],
        f"before: {family.before}; after: {family.after}; floor: chance, or halves of "
        f"{family.floor.partition('1')[0]}. "
        + (headline_of(ledger) if leads else "An explanation: R/U leads, which has no decoder in it."),
    )


def _content(rows: Sequence[Row]) -> ScreenTable:
    decoded = any(row["of"] == "S/S'" for row in rows)
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
        "similarity to it." + (" S/S': what decoding alone keeps." if decoded else ""),
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
