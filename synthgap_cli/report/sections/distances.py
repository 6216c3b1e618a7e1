"""Distances between the domains, each beside its noise floor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.figures import floors
from synthgap_cli.report.content import Block, Cell, Column, Notice, Paragraph, Picture, Section, Table
from synthgap_cli.report.directory import Row, StudyDirectory, summary, table
from synthgap_cli.report.numbers import format_number
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind

BEYOND, WITHIN = "beyond", "within"  # the floor

TITLES = {
    "fid": "Fréchet distance (FID)",
    "fid_infinity": "FID, n to infinity",
    "kid": "KID",
    "mmd": "MMD²",
    "cmmd": "CMMD",
    "energy": "energy distance",
    "sliced_wasserstein": "sliced Wasserstein",
    "c2st": "classifier (AUC)",
}


def sections(study: StudyDirectory) -> list[Section]:
    """Return the section, or none where no distances were measured."""
    stores = study.of_kind(Kind.RESULTS, "gap")
    if not stores:
        return []
    blocks: list[Block] = [
        Paragraph(
            "Each distance stands beside its floor: what the same distance finds between random halves of "
            "one domain, where there is nothing to find. Floors and the number held against them are of half "
            "the images, since most distances are larger the fewer the images are. The floor is what the "
            "number at half n stays within if nothing differs; p is of a permutation test of all images."
        )
    ]
    pairs = [(store, rows) for store in stores for rows in _by_pair(store)]
    if len(pairs) > 1:
        blocks.append(_overview([rows for _, rows in pairs]))
    for store, rows in pairs:
        blocks += _blocks(study, store, rows)
    return [Section("Distances beside their noise floor", "distances", blocks)]


def _by_pair(store: Header) -> list[list[Row]]:
    rows = summary(store)
    return [
        [row for row in rows if row["pair"] == pair] for pair in dict.fromkeys(row["pair"] for row in rows)
    ]


def _blocks(study: StudyDirectory, store: Header, rows: Sequence[Row]) -> list[Block]:
    blocks: list[Block] = [_table(study, rows), _picture(study, store, rows)]
    if rows[0]["circular"]:
        blocks.append(Notice("A model or map upstream has seen these rows: no verdict.", "warning"))
    return blocks


def _overview(pairs: Sequence[Sequence[Row]]) -> Table:
    """Return how many distances of each pair are beyond their floors, and which are not."""
    cells: list[list[Cell]] = []
    for rows in pairs:
        told: dict[str, list[str]] = {}
        for row in rows:
            told.setdefault(_verdict(row), []).append(_title(row))
        beyond = f"{len(told.pop(BEYOND, []))} of {len(rows)}"
        others = [f"{verdict}: {', '.join(names)}" for verdict, names in told.items()]
        cells.append([rows[0]["pair"], beyond, "; ".join(others) or "–"])
    columns = list(map(Column, ("pair", "beyond the floor", "the others")))
    notes = [
        "Style spaces (small-cnn) are each made by the judge of their own pair, to find a difference: their "
        "distances cannot be compared between pairs."
    ]
    in_style = any(rows[0]["of"].startswith("small-cnn") for rows in pairs)
    return Table("How many distances are beyond their floors", columns, cells, notes if in_style else [])


def _table(study: StudyDirectory, rows: Sequence[Row]) -> Table:
    first = rows[0]
    cells: list[list[Cell]] = [
        [
            _title(row),
            row["value"],
            _interval(row),
            row["p_value"],
            row["value_at_half"],
            *(row[f"{side}{_suffix(row)}_mean"] for side in ("reference", "candidate")),
            row["floor"],
            _verdict(row),
        ]
        for row in rows
    ]
    within = [f"within {domain}" for domain in study.domains]
    columns = [
        Column(""),
        Column("value", "number"),
        Column("95 %"),
        Column("p", "p-value"),
        *(Column(title, "number") for title in ("at half n", *within, "floor")),
        Column("verdict"),
    ]
    cut = "scenes" if first["floor_by"] == "group" else "images, taken as independent"
    notes = [
        f"Value: {first['n_reference']} + {first['n_candidate']} images, rows of {first['rows']}, "
        f"{first['components']} components. At half n: median over halves of {first['n_half']} images. "
        f"Within: mean between halves of one domain, cut between {cut}.",
    ]
    return Table(f"{first['of']}: distances of {first['pair']}", columns, cells, notes)


def _picture(study: StudyDirectory, store: Header, rows: Sequence[Row]) -> Picture:
    drawn = table(store, f"components/{rows[0]['pair']}")

    def draws(part: str) -> NDArray[np.float64]:
        wanted = [
            drawn["value"][(drawn["statistic"] == row["statistic"]) & (drawn["part"] == part + _suffix(row))]
            for row in rows
        ]
        return np.array(wanted)

    figure = floors.draw(
        [_title(row) for row in rows],
        within_real=draws("reference"),
        within_synthetic=draws("candidate"),
        between=draws("between"),
        floors=np.array([row["floor"] for row in rows]),
        domains=study.domains,
    )
    caption = "Every draw of halves, each number on its own scale; diamonds: medians."
    return Picture(encode_figure(figure), f"Distances of {rows[0]['pair']} against their floors", caption)


def _title(row: Row) -> str:
    statistic = str(row["statistic"])
    return TITLES.get(statistic, statistic)


def _suffix(row: Row) -> str:
    return "_groups" if row["floor_by"] == "group" else ""


def _interval(row: Row) -> Cell:
    if np.isnan(row["low"]):
        return None
    return f"{format_number(row['low'])} to {format_number(row['high'])}"


def _verdict(row: Row) -> str:
    if np.isnan(row["beyond_floor"]):
        return "unknown"
    if row["circular"]:
        return "circular"
    return BEYOND if row["beyond_floor"] else WITHIN
