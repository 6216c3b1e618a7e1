"""What a ledger holds, asked for by what it is about.

R real, S synthetic; R' and S' the same decoded; T the shifted ones decoded; U the translated ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthgap_cli.ledger.closing import TOO_WEAK
from synthgap_cli.ledger.pairs import DECODED, FAMILIES, FULL_SIZE, Family
from synthgap_cli.ledger.sets import ImageSet

Row = dict[str, Any]


@dataclass(frozen=True)
class Ledger:
    """The tables of one ledger as rows; those that were not made are empty.

    Attributes
    ----------
    pairs : rows of ``/summary``, one a pair, judge and number
    all_closed : rows of ``/closed``, of every family
    content, utility, trainings, density, points : rows of the tables of these names
    """

    pairs: Sequence[Row]
    all_closed: Sequence[Row]
    content: Sequence[Row] = ()
    utility: Sequence[Row] = ()
    trainings: Sequence[Row] = ()
    density: Sequence[Row] = ()
    points: Sequence[Row] = ()

    @classmethod
    def read(cls, rows: Callable[[str], Sequence[Row]]) -> Ledger:
        """Return what the tables say that are given by the names they have in a store."""
        return cls(
            pairs=rows("summary"),
            all_closed=rows("closed"),
            content=rows("content"),
            utility=rows("utility"),
            trainings=rows("utility-trainings"),
            density=rows("density"),
            points=rows("density-points"),
        )

    @classmethod
    def of_tables(cls, tables: Mapping[str, Sequence[Row]]) -> Ledger:
        """Return what these tables say; those that are missing are empty."""
        return cls.read(lambda name: tables.get(name, ()))

    @property
    def leading(self) -> Family:
        """The sets whose gap leads: the translated images at full size, else the decoded ones."""
        told = {row["pair"] for row in self.pairs}
        return next((family for family in FAMILIES if family.after in told), DECODED)

    @property
    def families(self) -> list[Family]:
        """All that something is told of, the one that leads first."""
        told = {row["pair"] for row in self.pairs}
        return [family for family in FAMILIES if family.after in told]

    @property
    def outcome(self) -> ImageSet:
        """What is handed over: U, else T."""
        return self.leading.outcome

    @property
    def closed(self) -> list[Row]:
        """What became of the gap that leads, by judge and number."""
        return self.closed_by(self.leading)

    def closed_by(self, family: Family) -> list[Row]:
        """Return what became of the gap of a family."""
        return [row for row in self.all_closed if row.get("after_pair", DECODED.after) == family.after]

    @property
    def headline(self) -> Row | None:
        """The row of ``closed`` that leads; None where every judge is too weak."""
        return next((row for row in self.all_closed if row["headline"]), None)

    @property
    def verdict(self) -> str:
        """What the headline says of the gap."""
        return TOO_WEAK if self.headline is None else str(self.headline["verdict"])

    @property
    def judges(self) -> list[str]:
        """Who judged, in the ledger's order."""
        return list(dict.fromkeys(str(row["judge"]) for row in self.pairs))

    def of_pair(self, pair: str) -> list[Row]:
        """Return all numbers of a pair."""
        return [row for row in self.pairs if row["pair"] == pair]

    def number(self, pair: str, judge: str, statistic: str) -> Row | None:
        """Return one number of a judge on a pair."""
        return _one(self.of_pair(pair), judge=judge, statistic=statistic)

    def accuracy(self, trained_on: str, tested_on: str) -> Row | None:
        """Return what classifiers trained on one set read of another."""
        return _one(self.utility, trained_on=trained_on, tested_on=tested_on)

    def seeds(self, trained_on: str, tested_on: str) -> list[float]:
        """Return the accuracy of each training."""
        rows = _all(self.trainings, trained_on=trained_on, tested_on=tested_on)
        return [float(row["accuracy"]) for row in rows]

    def kept(self, measure: str, of: str | None = None) -> Row | None:
        """Return how much of the pictures is kept by a measure: of what leads, or ``of`` another change."""
        return _one(self.content, measure=measure, of=of or _name(self.leading.changes[0]))

    def control(self, measure: str) -> Row | None:
        """Return what decoding alone keeps by a measure; None where no decoder is in what leads."""
        return None if self.leading is FULL_SIZE else self.kept(measure, _name(DECODED.changes[1]))

    def latents(self, name: str) -> Row | None:
        """Return how densely one set of latents lies."""
        return _one(self.density, latents=name)


def _name(change: tuple[ImageSet, ImageSet]) -> str:
    return "/".join(change)


def _all(rows: Sequence[Row], **wanted: str) -> list[Row]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _one(rows: Sequence[Row], **wanted: str) -> Row | None:
    return next(iter(_all(rows, **wanted)), None)
