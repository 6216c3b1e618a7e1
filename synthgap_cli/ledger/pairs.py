"""The pairs of sets that a ledger judges, and what each of them asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from synthgap_cli.ledger.sets import ImageSet

Judged = Literal["apart", "paired", "halves"]


@dataclass(frozen=True)
class LedgerPair:
    """Two sets of images.

    Attributes
    ----------
    name, asks : str
    first, second : ImageSet
    judged : str
        ``apart``: different images. ``paired``: two versions of the same images. ``halves``: one set, whose
        halves are compared.
    floor : str
        The pair of halves that the numbers of this one are held against: of decoded images for decoded ones.
    """

    name: str
    asks: str
    first: ImageSet
    second: ImageSet
    judged: Judged
    floor: str


@dataclass(frozen=True)
class Family:
    """Sets that are compared with each other, at one size.

    Attributes
    ----------
    sets : tuple of ImageSet
        What was made of the synthetic images, the outcome, is the last.
    pairs : tuple of LedgerPair
    before, after, floor : str
        The names of the pairs by which the share of the gap that was closed is told.
    changes : tuple of (ImageSet, ImageSet)
        Originals and what became of them, between which it is asked whether content was kept.
    """

    sets: tuple[ImageSet, ...]
    pairs: tuple[LedgerPair, ...]
    before: str
    after: str
    floor: str
    changes: tuple[tuple[ImageSet, ImageSet], ...]

    @property
    def outcome(self) -> ImageSet:
        """T or U."""
        return self.sets[-1]

    @property
    def without_outcome(self) -> tuple[LedgerPair, ...]:
        """The pairs that owe nothing to it."""
        return tuple(pair for pair in self.pairs if self.outcome not in (pair.first, pair.second))

    @property
    def with_outcome(self) -> tuple[LedgerPair, ...]:
        """The pairs that it is one side of."""
        return tuple(pair for pair in self.pairs if self.outcome in (pair.first, pair.second))


_R, _S, _DECODED_R, _DECODED_S, _T, _U = ImageSet
_REAL_FLOOR, _DECODED_FLOOR = "R1/R2", "R'1/R'2"
_NOISE = LedgerPair(_REAL_FLOOR, "noise floor", _R, _R, "halves", _REAL_FLOOR)
_GAP = LedgerPair("R/S", "the gap", _R, _S, "apart", _REAL_FLOOR)

FULL_SIZE = Family(
    sets=(_R, _S, _U),
    pairs=(
        _NOISE,
        _GAP,
        LedgerPair("R/U", "after, at full size", _R, _U, "apart", _REAL_FLOOR),
        LedgerPair("S/U", "something changed", _S, _U, "paired", _REAL_FLOOR),
    ),
    before="R/S",
    after="R/U",
    floor=_REAL_FLOOR,
    changes=((_S, _U),),
)
"""The originals and the translated images, at the size of the stored originals: no decoder on either side."""

DECODED = Family(
    sets=(_R, _S, _DECODED_R, _DECODED_S, _T),
    pairs=(
        _NOISE,
        LedgerPair(
            _DECODED_FLOOR, "noise floor of decoded", _DECODED_R, _DECODED_R, "halves", _DECODED_FLOOR
        ),
        _GAP,
        LedgerPair("R/R'", "decoder artefacts", _R, _DECODED_R, "paired", _REAL_FLOOR),
        LedgerPair("R'/S'", "before", _DECODED_R, _DECODED_S, "apart", _DECODED_FLOOR),
        LedgerPair("R'/T", "after", _DECODED_R, _T, "apart", _DECODED_FLOOR),
        LedgerPair("R/T", "product view", _R, _T, "apart", _REAL_FLOOR),
        LedgerPair("S'/T", "something changed", _DECODED_S, _T, "paired", _DECODED_FLOOR),
    ),
    before="R'/S'",
    after="R'/T",
    floor=_DECODED_FLOOR,
    changes=((_DECODED_S, _T), (_S, _DECODED_S)),  # the second is the control
)
"""The originals and what was decoded, at the size of the decoded images."""

FAMILIES = (FULL_SIZE, DECODED)
"""In the order in which they lead."""


def families_of(sets: Iterable[ImageSet]) -> tuple[Family, ...]:
    """Return the families of which all sets are there, the one that leads first."""
    present = set(sets)
    return tuple(family for family in FAMILIES if present.issuperset(family.sets))


def pairs_told(families: Iterable[Family]) -> list[tuple[Family, tuple[LedgerPair, ...]]]:
    """Return the pairs that each family tells of: what an earlier one tells is left out."""
    known: set[LedgerPair] = set()
    told = []
    for family in families:
        told.append((family, tuple(pair for pair in family.pairs if pair not in known)))
        known.update(family.pairs)
    return told
