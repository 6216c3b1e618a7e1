"""Distances as a table on the screen, each beside its floor; and what ``--fail-if`` makes of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from synthgap_cli.console import Console
from synthgap_cli.tables.summaries import read_summaries

MOST = 15  # characters of an interval

_ASKABLE = ("value", "low", "high", "p_value", "value_at_half", "floor", "beyond_floor")


def show_gap(console: Console, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Show a table for each pair: the number, at half the images beside its floor, p. Return all rows."""
    rows = read_summaries(paths)
    for pair, mine in groupby(rows, key=lambda row: row["pair"]):
        of_pair = list(mine)
        first = of_pair[0]
        console.table(
            f"{pair}: {first['n_reference']} + {first['n_candidate']} images, rows of {first['rows']}, "
            f"{first['components']} components",
            ["", "value", "95 %", "p", "at half", "floor", "verdict"],
            [_cells(row) for row in of_pair],
            notes=_notes(of_pair) if of_pair[-1] is rows[-1] else "",
        )
    return rows


def askable(distances: Sequence[str]) -> set[str]:
    """Return the names that ``--fail-if`` may ask about: numbers, and what stands beside them."""
    from synthgap_cli.stages.gap import number_names

    names = number_names(distances)
    return {*names, *(f"{name}.{column}" for name in names for column in _ASKABLE)}


def by_pair(rows: Sequence[dict[str, Any]]) -> list[tuple[str, dict[str, float]]]:
    """Return what was measured of each pair, under the names that ``--fail-if`` asks for."""
    measured: dict[str, dict[str, float]] = {}
    for row in rows:
        numbers = measured.setdefault(row["pair"], {})
        numbers[row["statistic"]] = row["value"]
        numbers |= {f"{row['statistic']}.{column}": row[column] for column in _ASKABLE}
    return list(measured.items())


def _cells(row: dict[str, Any]) -> list[str]:
    return [
        row["statistic"].replace("sliced_", "sliced_\n"),
        _number(row["value"]),
        "" if math.isnan(row["low"]) else _interval(row["low"], row["high"]),
        "" if math.isnan(row["p_value"]) else f"{row['p_value']:.3g}",
        _number(row["value_at_half"]),
        _number(row["floor"]),
        verdict(row),
    ]


def verdict(row: dict[str, Any]) -> str:
    """Return in two words whether the number at half the images is beyond its floor."""
    if math.isnan(row["beyond_floor"]):
        return "unknown"
    if row["circular"]:
        return "circular"
    if not row["beyond_floor"]:
        return "within floor"
    return "above floor" if row["equal_is"] == "low" else "below floor"


def _interval(low: float, high: float) -> str:
    """Return both ends, with a digit less where they are long: the table is to fit 80 columns."""
    text = f"{_number(low)}…{_number(high)}"
    return text if len(text) <= MOST else f"{_number(low, digits=2)}…{_number(high, digits=2)}"


def _number(value: float, *, digits: int = 3) -> str:
    if math.isnan(value):
        return "?"
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value + 0:.{digits}g}"  # + 0: no -0


def _notes(rows: Sequence[dict[str, Any]]) -> str:
    by_group = rows[0]["floor_by"] == "group"
    cut = "between scenes" if by_group else "between images"
    unsure = "" if by_group else " Images of one scene are not independent: this floor takes them as such."
    return (
        f"at half: median over halves of {rows[0]['n_half']} images a side. floor: what halves of one "
        f"domain, cut {cut}, stay within; a number at half beyond it differs by more than chance.{unsure} "
        "95 %: interval of the value. p: of a permutation test of all images. ?: unknown."
    )
