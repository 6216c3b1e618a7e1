"""Several ledgers beside each other: which shift or rival closed more, kept the pictures, and was of use."""

from __future__ import annotations

from collections.abc import Sequence

from synthgap_cli.ledger.conclusions import content_kept, use
from synthgap_cli.ledger.standings import RULE, Standing, beaten_by_pixels, rank
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.report.content import Block, Cell, Column, Notice, Section, Table
from synthgap_cli.report.numbers import format_estimate
from synthgap_cli.report.sections.ledger_words import STATISTICS


def compared(standings: Sequence[Standing]) -> list[Section]:
    """Return a section that holds ledgers side by side, if there are several."""
    if len(standings) < 2:
        return []
    labelled = any(use(one.ledger) != "unknown" for one in standings)
    ranked = rank(standings)
    rows: list[list[Cell]] = [
        [
            one.name,
            one.ledger.leading.after,
            *_gap(one.ledger),
            content_kept(one.ledger),
            *(_use(one.ledger) if labelled else ()),
        ]
        for one in ranked
    ]
    columns = ["shift", "left", "share of the gap closed", "verdict", "judge", "pictures"]
    columns += ["real images read right", "than after synthetic"] if labelled else []
    notes = [
        f"{RULE} In brackets: 95 % intervals. Left: the pair that shows what is left of the gap. A row's "
        "judge is the first in a fixed order that sees a gap before the shift. Pictures: whether shifted "
        "images still have their own origin as nearest neighbour, by their edges, or, of translated ones, "
        "are still alike to it. Rows named pixels are rivals that need no autoencoder. The best of several "
        "by test rows is flattered by having been looked for."
    ]
    notes += [_TRAINED] if labelled else []
    notes += [f"{one.name}: {one.harm}." for one in ranked if one.harm]
    beaten = beaten_by_pixels(ranked)
    warning: list[Block] = [Notice(beaten, "warning")] if beaten else []
    table = Table("Shifts", [*map(Column, columns)], rows, notes)
    return [Section("Which shift helped?", "shifts", [*warning, table])]


_TRAINED = "Read right: after training on shifted synthetic images, held against training on unshifted ones."


def _gap(ledger: Ledger) -> tuple[Cell, Cell, Cell]:
    row = ledger.headline
    if row is None:
        return None, ledger.verdict, "none"
    share = format_estimate(row["closed"], row["low"], row["high"], "percent")
    return share, str(row["verdict"]), f"{row['judge']}, {STATISTICS[row['statistic']]}"


def _use(ledger: Ledger) -> tuple[Cell, Cell]:
    row = ledger.accuracy(ledger.outcome, "R")
    if row is None:
        return None, None
    return format_estimate(row["accuracy"], row["low"], row["high"], "percent"), use(ledger)
