"""What each judge of a ledger says of each pair of sets, and what is left of the gap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from synthgap_cli.figures import closing
from synthgap_cli.ledger.closing import TOO_WEAK, VIEWS_WITHOUT_WEIGHTS
from synthgap_cli.ledger.finding import SMALL_CNN, TESTED
from synthgap_cli.ledger.pairs import Family
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.report.content import Cell, Column, Picture, Table
from synthgap_cli.report.directory import Row
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.ledger_words import SIDES, STATISTICS

UNKNOWN = (math.nan, math.nan)
SHORT = {"none seen": "none"}
WIDEST = 3  # judges beside each other
SETS = {
    "T": "R real, S synthetic; R' and S' the same, decoded; T: S shifted and decoded.",
    "U": "R real, S synthetic; U: S translated at its own size.",
}
BOTH = f"{SETS['T']} U: S translated at its own size."


def pair_tables(ledger: Ledger) -> list[Table]:
    """Return what each judge says of each pair, a table a family of judges."""
    found = [_pair_table(ledger, caption, judges) for caption, judges in _families(ledger)]
    return [
        Table(table.caption, table.columns, table.rows, _pair_notes(ledger) if index == 0 else ())
        for index, table in enumerate(found)
    ]


def _families(ledger: Ledger) -> Iterator[tuple[str, Sequence[str]]]:
    known = (SMALL_CNN, *VIEWS_WITHOUT_WEIGHTS)
    own = [judge for judge in ledger.judges if judge in known]
    networks = [judge for judge in ledger.judges if judge not in known]
    if own:
        yield "Who tells which pair apart: area under the ROC curve", own
    for start in range(0, len(networks), WIDEST):
        yield "The same by classifiers of pretrained networks' features", networks[start : start + WIDEST]


def _pair_table(ledger: Ledger, caption: str, judges: Sequence[str]) -> Table:
    asked = {str(row["pair"]): str(row["asks"]) for row in ledger.pairs if row["judge"] in judges}
    rows: list[list[Cell]] = [
        [pair, asks, *(_area(ledger, pair, judge) for judge in judges)] for pair, asks in asked.items()
    ]
    return Table(caption, [*map(Column, ("pair", "asks", *judges))], rows)


def _area(ledger: Ledger, pair: str, judge: str) -> Cell:
    row = next(
        (row for row in ledger.of_pair(pair) if row["judge"] == judge and row["statistic"] in TESTED), None
    )
    if row is None:
        return None
    interval = "" if math.isnan(row["low"]) else f" ({row['low']:.2f}–{row['high']:.2f})"
    return f"{row['value']:.2f}{interval} {SHORT.get(row['verdict'], row['verdict'])}"


def _pair_notes(ledger: Ledger) -> list[str]:
    first = ledger.pairs[0]
    scenes = (
        f"of {first['groups_first']} and {first['groups_second']} scenes, which are what counts as "
        "independent"
        if first["groups_first"]
        else "each taken as independent, since scenes are unknown or fewer than ten"
    )
    sets = SETS[ledger.outcome] if len(ledger.families) < 2 else BOTH
    return [
        f"{sets} Rows of {first['rows']}: {_sizes(ledger)}, {scenes}. 0.5: nothing is told apart. In "
        "brackets: 95 % intervals. Gap: beyond chance after Holm's correction over the judges of the pair; "
        "none: as equal sets have it. Pairs that share images are judged on disjoint halves or paired."
    ]


def _sizes(ledger: Ledger) -> str:
    """Return how many images a side the numbers are of."""
    sizes = sorted({int(row["n"]) for row in ledger.pairs})
    return f"{sizes[-1]} images a side" + (f", in halves {sizes[0]}" if len(sizes) > 1 else "")


def number_tables(ledger: Ledger) -> list[Table]:
    """Return the other numbers of each judge by pair, a table a family of judges."""
    tables: list[Table] = []
    for _, judges in _families(ledger):
        pairs = list(dict.fromkeys(str(row["pair"]) for row in ledger.pairs if row["judge"] in judges))
        others = {
            (row["judge"], row["statistic"])
            for row in ledger.pairs
            if row["judge"] in judges and row["statistic"] not in TESTED
        }
        named = [(judge, name) for judge in judges for name in STATISTICS if (judge, name) in others]
        rows: list[list[Cell]] = [
            [f"{judge}, {STATISTICS[name]}", *(_value(ledger, pair, judge, name) for pair in pairs)]
            for judge, name in named
        ]
        if rows:
            columns = [Column(""), *(Column(pair, "number") for pair in pairs)]
            notes = [_how_to_read(ledger.leading)] if not tables else []
            told = ", ".join(dict.fromkeys(judge for judge, _ in named))
            tables.append(Table(f"Distances of the pairs: {told}", columns, rows, notes))
    return tables


def _how_to_read(family: Family) -> str:
    return (
        f"After the shift ({family.after}), a number should have fallen from {family.before} towards "
        f"{family.floor}, halves of one set. Rejected: components whose equal means are rejected; median "
        "|d|: of their effect sizes."
    )


def _value(ledger: Ledger, pair: str, judge: str, statistic: str) -> Cell:
    row = ledger.number(pair, judge, statistic)
    return None if row is None else float(row["value"])


def closing_picture(ledger: Ledger) -> Picture:
    """Return what the shift leaves of the gap, by every number of every judge."""
    between = " and ".join(SIDES[ledger.leading.before])
    figure = closing.draw([_line(ledger, row) for row in ledger.closed])
    return Picture(
        encode_figure(figure),
        "Share of the gap that the shift leaves, by judge and number",
        f"What is left of the gap between {between} images. Bars: 95 % intervals. A "
        "judge that does not see the gap before the shift cannot say what became of it.",
    )


def _line(ledger: Ledger, row: Row) -> closing.Line:
    before = ledger.number(ledger.leading.before, row["judge"], row["statistic"])
    return closing.Line(
        label=f"{row['judge']} · {STATISTICS[row['statistic']]}",
        before=row["before"],
        after=row["after"],
        floor=row["floor"],
        before_interval=(before["low"], before["high"]) if before else UNKNOWN,
        left=(1 - row["high"], 1 - row["low"]),
        remark=TOO_WEAK if row["verdict"] == TOO_WEAK else "",
    )
