"""Several shifts beside each other: which closed more, kept the pictures, and was of use."""

from __future__ import annotations

from collections.abc import Sequence

from synthgap_cli.report.conclusions import content_kept, use
from synthgap_cli.report.content import Cell, Column, Section, Table
from synthgap_cli.report.ledger import Ledger
from synthgap_cli.report.numbers import format_estimate
from synthgap_cli.report.sections.ledger_words import STATISTICS
from synthgap_cli.store.header import Header


def compared(ledgers: Sequence[tuple[Header, Ledger]]) -> list[Section]:
    """Return a section that holds shifts and their ledgers side by side, if there are several."""
    if len(ledgers) < 2:
        return []
    labelled = any(use(ledger) != "unknown" for _, ledger in ledgers)
    rows: list[list[Cell]] = [
        [".".join(shift.steps), *_gap(ledger), content_kept(ledger), *(_use(ledger) if labelled else ())]
        for shift, ledger in ledgers
    ]
    columns = ["shift", "share of the gap closed", "verdict", "judge", "pictures"]
    columns += ["real images read right", "than after synthetic"] if labelled else []
    notes = [
        "In brackets: 95 % intervals. A row's judge is the first in a fixed order that sees a gap before the "
        "shift. Pictures: whether shifted images still have their own origin as nearest neighbour."
    ]
    notes += [_TRAINED] if labelled else []
    return [Section("Which shift helped?", "shifts", [Table("Shifts", [*map(Column, columns)], rows, notes)])]


_TRAINED = "Read right: after training on shifted synthetic images, held against training on unshifted ones."


def _gap(ledger: Ledger) -> tuple[Cell, Cell, Cell]:
    row = ledger.headline
    if row is None:
        return None, ledger.verdict, "none"
    share = format_estimate(row["closed"], row["low"], row["high"], "percent")
    return share, str(row["verdict"]), f"{row['judge']}, {STATISTICS[row['statistic']]}"


def _use(ledger: Ledger) -> tuple[Cell, Cell]:
    row = ledger.accuracy("T", "R")
    if row is None:
        return None, None
    return format_estimate(row["accuracy"], row["low"], row["high"], "percent"), use(ledger)
