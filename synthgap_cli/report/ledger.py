"""What the ledger of a shift holds, asked for by what it is about.

R real, S synthetic; R' and S' the same decoded; T the shifted ones decoded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.report.directory import Row, StudyDirectory
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind

BEFORE, AFTER = "R'/S'", "R'/T"
SMALL_CNN = "small-cnn"
WITHOUT_WEIGHTS = ("edges", "pixels")
TOO_WEAK = "too weak to judge"
AREAS = ("auc", "c2st")  # areas under a ROC curve, a judge's main number

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Ledger:
    """The tables of one ledger as rows; those that were not made are empty.

    Attributes
    ----------
    pairs : rows of ``/summary``, one a pair, judge and number
    closed, content, utility, trainings, density : rows of the tables of these names
    points : columns of ``/density-points``
    """

    pairs: Sequence[Row]
    closed: Sequence[Row]
    content: Sequence[Row]
    utility: Sequence[Row]
    trainings: Sequence[Row]
    density: Sequence[Row]
    points: Columns

    @classmethod
    def read(cls, header: Header) -> Ledger:
        """Return the tables of a store."""
        with open_store(header.path, Kind.RESULTS) as store:
            return cls(
                pairs=_rows(store, "summary"),
                closed=_rows(store, "closed"),
                content=_rows(store, "content"),
                utility=_rows(store, "utility"),
                trainings=_rows(store, "utility-trainings"),
                density=_rows(store, "density"),
                points=_columns(store, "density-points"),
            )

    @property
    def headline(self) -> Row | None:
        """The row of ``closed`` that leads; None where every judge is too weak."""
        return next((row for row in self.closed if row["headline"]), None)

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
        rows = (row for row in self.of_pair(pair) if (row["judge"], row["statistic"]) == (judge, statistic))
        return next(rows, None)

    def accuracy(self, trained_on: str, tested_on: str) -> Row | None:
        """Return what classifiers trained on one set read of another."""
        wanted = (trained_on, tested_on)
        return next((row for row in self.utility if (row["trained_on"], row["tested_on"]) == wanted), None)

    def seeds(self, trained_on: str, tested_on: str) -> list[float]:
        """Return the accuracy of each training."""
        wanted = (trained_on, tested_on)
        rows = (row for row in self.trainings if (row["trained_on"], row["tested_on"]) == wanted)
        return [float(row["accuracy"]) for row in rows]

    def kept(self, measure: str, of: str = "S'/T") -> Row | None:
        """Return how much of the pictures is kept by a measure, or by its control ``S/S'``."""
        return next((row for row in self.content if (row["measure"], row["of"]) == (measure, of)), None)

    def latents(self, name: str) -> Row | None:
        """Return how densely one set of latents lies."""
        return next((row for row in self.density if row["latents"] == name), None)


def ledger_of(study: StudyDirectory, shift: Header) -> Ledger | None:
    """Return the ledger of a shift, if there is one."""
    ledgers = study.of_kind(Kind.RESULTS, "ledger")
    found = [header for header in ledgers if shift.sha256 == _shifted_latents(header)]
    return Ledger.read(found[0]) if found else None


def _shifted_latents(ledger: Header) -> str:
    """Return the digest of the latents that a ledger's shifted images were decoded from; empty if untold."""
    recorded = ledger.provenance.recipe.parents  # the images first, then their features in the same roles
    parents = {parent.role: parent.sha256 for parent in reversed(recorded)}
    if "shifted-latents" in parents:
        return parents["shifted-latents"]
    decoded = ledger.provenance.history.get(parents.get("shifted", ""), {})
    return next((str(one["sha256"]) for one in decoded.get("parents", ()) if one["role"] == "latents"), "")


def _columns(store: Store, name: str) -> Columns:
    return store.table(name) if name in store else {}


def _rows(store: Store, name: str) -> list[Row]:
    columns = _columns(store, name)
    return [
        {name: _plain(value) for name, value in zip(columns, row, strict=True)}
        for row in zip(*columns.values(), strict=True)
    ]


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
