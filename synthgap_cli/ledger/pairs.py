"""The pairs of sets that a ledger judges, and what each of them asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from synthgap_cli.ledger.five import SYMBOLS

Judged = Literal["apart", "paired", "halves"]


@dataclass(frozen=True)
class LedgerPair:
    """Two of the five sets.

    Attributes
    ----------
    name, asks : str
    first, second : int
        Which of `Five`.
    judged : str
        ``apart``: different images. ``paired``: two versions of the same images. ``halves``: one set, whose
        halves are compared.
    floor : str
        The pair of halves that the numbers of this one are held against: of decoded images for decoded ones.
    """

    name: str
    asks: str
    first: int
    second: int
    judged: Judged
    floor: str


REAL_FLOOR, DECODED_FLOOR, BEFORE, AFTER = "R1/R2", "R'1/R'2", "R'/S'", "R'/T"

SHIFTED = SYMBOLS.index("T")

PAIRS = (
    LedgerPair(REAL_FLOOR, "noise floor", 0, 0, "halves", REAL_FLOOR),
    LedgerPair(DECODED_FLOOR, "noise floor of decoded", 2, 2, "halves", DECODED_FLOOR),
    LedgerPair("R/S", "the gap", 0, 1, "apart", REAL_FLOOR),
    LedgerPair("R/R'", "decoder artefacts", 0, 2, "paired", REAL_FLOOR),
    LedgerPair(BEFORE, "before", 2, 3, "apart", DECODED_FLOOR),
    LedgerPair(AFTER, "after", 2, 4, "apart", DECODED_FLOOR),
    LedgerPair("R/T", "product view", 0, 4, "apart", REAL_FLOOR),
    LedgerPair("S'/T", "something changed", 3, 4, "paired", DECODED_FLOOR),
)

WITHOUT_SHIFTED = tuple(pair for pair in PAIRS if SHIFTED not in (pair.first, pair.second))
WITH_SHIFTED = tuple(pair for pair in PAIRS if SHIFTED in (pair.first, pair.second))
