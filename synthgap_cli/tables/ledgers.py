"""Several ledgers beside each other, as a table on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from synthgap_cli.ledger.conclusions import use
from synthgap_cli.ledger.standings import RULE, Standing, beaten_by_pixels, rank
from synthgap_cli.ledger.told import Ledger, Row
from synthgap_cli.tables.plain_text import ScreenTable

GAINS = {"better": "+", "worse": "-", "unknown": ""}
SUFFIX = ".ledger.results.h5"


def rivals_of(paths: Iterable[Path]) -> list[ScreenTable]:
    """Return a table of all ledgers of the same originals beside these; none of one that is alone."""
    from synthgap_cli.store.files import list_headers
    from synthgap_cli.store.reader import open_store
    from synthgap_cli.store.schema import Kind

    given = {path.resolve() for path in paths}
    directories = dict.fromkeys(path.parent for path in given)
    together: dict[tuple[str, ...], dict[Path, Standing]] = {}
    for header in (one for directory in directories for one in list_headers(directory)):
        recipe = header.provenance.recipe
        if header.kind is Kind.RESULTS and recipe.command == "ledger":
            originals = {one.role: one.sha256 for one in reversed(recipe.parents)}  # images before features
            key = str(header.path.parent), originals.get("real", ""), originals.get("synthetic", "")
            with open_store(header.path) as store:
                told = Ledger.read(store.rows)
            name = header.path.name.removesuffix(SUFFIX)
            together.setdefault(key, {})[header.path] = Standing(name, header.steps, told)
    return [
        beside_each_other(rank(found.values()))
        for found in together.values()
        if len(found) > 1 and given & set(found)
    ]


def beside_each_other(standings: list[Standing]) -> ScreenTable:
    """Return what became of the gap, of the pictures and of their use, a row a ledger."""
    learned = next((row for one in standings if (row := one.ledger.accuracy("S", "R"))), None)
    notes = [
        RULE + " The best of several by test rows is flattered by having been looked for.",
        "pair: what is left of the gap. kept: origins found among the edges.",
    ]
    if learned:
        notes.append(
            f"utility: real images read right after learning; after S {learned['accuracy']:.3f}; +, -: more, "
            "less than that, beyond the interval of the gain."
        )
    notes += [f"{one.name}: {one.harm}." for one in standings if one.harm]
    return ScreenTable(
        "All ledgers of this directory, best first",
        ["", "pair", "closed", "95 %", "verdict", "kept", "ssim", "utility"],
        [_line(one) for one in standings],
        "\n".join(filter(None, [*notes, beaten_by_pixels(standings)])),
    )


def _line(one: Standing) -> list[str]:
    row = one.ledger.headline
    told = ["", "", "too weak"]
    if row is not None:
        told = [f"{row['closed']:.0%}", f"{row['low']:.0%} to {row['high']:.0%}", row["verdict"]]
    ssim = one.ledger.kept("ssim")
    learned = _share(one.learned, "accuracy") + GAINS.get(use(one.ledger), " ")
    shares = (_share(one.kept, "value"), _share(ssim, "value"), learned)
    return [one.name, one.ledger.leading.after, *told, *shares]


def _share(row: Row | None, name: str) -> str:
    return "" if row is None else f"{row[name]:.3f}"
