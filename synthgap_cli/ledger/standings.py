"""Several ledgers beside each other: which translation did best, by a rule that is stated."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from synthgap_cli.ledger.conclusions import MOSTLY, content_kept, most_to_keep, pictures, use
from synthgap_cli.ledger.pairs import FULL_SIZE
from synthgap_cli.ledger.told import Ledger, Row

Keep = Literal["pictures", "labels"]
"""What a translation must leave as it is for the annotations of its images to stay true: all that is seen, as
boxes and masks need it; or what the images are called, as read by who learned from real ones."""

PIXELS = "pixels"  # the first step of images that were translated without an autoencoder
RULE = (
    "Best first: those that do harm (pictures lost, worse to learn from than S, or a wider gap) come last; "
    "translated images before decoded ones; then by the share closed."
)


@dataclass(frozen=True)
class Standing:
    """A ledger among others.

    Attributes
    ----------
    name : str
    steps : tuple of str
        Of what it is about.
    ledger : Ledger
    keep : str
    """

    name: str
    steps: tuple[str, ...]
    ledger: Ledger
    keep: Keep = field(default="pictures", kw_only=True)

    @property
    def in_pixels(self) -> bool:
        """Whether no autoencoder was needed."""
        return self.steps[:1] == (PIXELS,)

    @property
    def closed(self) -> float:
        """The share closed by the leading judge; NaN where all are too weak."""
        return math.nan if self.ledger.headline is None else float(self.ledger.headline["closed"])

    @property
    def kept(self) -> Row | None:
        """How much of the pictures is kept, by their edges."""
        return self.ledger.kept("edges")

    @property
    def learned(self) -> Row | None:
        """What who learned from it reads of the real images."""
        return self.ledger.accuracy(self.ledger.outcome, "R")

    @property
    def harm(self) -> str:
        """Why its images should not be handed over, in words; empty where nothing speaks against it."""
        return harm_of(self.ledger, keep=self.keep)


Place = TypeVar("Place", bound=Standing)


def harm_of(ledger: Ledger, *, keep: Keep = "pictures") -> str:
    """Return what a ledger finds that forbids to hand its images over; empty where it finds nothing.

    Labels of real images withhold a set here, they never choose one.
    """
    if keep == "labels" and labels_lost(ledger):
        return "its labels are read less often than those of S"
    if keep == "pictures" and content_kept(ledger) == "lost":
        return "its pictures are lost"
    learned, synthetic = ledger.accuracy(ledger.outcome, "R"), ledger.accuracy("S", "R")
    if learned and synthetic and use(ledger) == "worse":
        return (
            f"it is worse to learn from than S ({learned['accuracy']:.3f} of real images read right, "
            f"{synthetic['accuracy']:.3f} after S)"
        )
    if ledger.headline is None and any(
        row["verdict"] == "gap" for row in ledger.of_pair(ledger.leading.after)
    ):
        return "it brings a gap where none was seen"
    return "it widens the gap" if ledger.verdict == "widened" else ""


def labels_lost(ledger: Ledger) -> bool:
    """Return whether who learned from real images reads fewer labels of the translated ones than of S.

    Beyond the interval; the labels read are the synthetic images' own. Without labels it cannot be told.
    """
    read, before = ledger.accuracy("R", ledger.outcome), ledger.accuracy("R", "S")
    return read is None or before is None or read["high"] < before["accuracy"]


def unfit(ledger: Ledger, *, keep: Keep = "pictures") -> str:
    """Return why images should not be handed over, harm or too little content kept; empty if they may."""
    if harm := harm_of(ledger, keep=keep):
        return harm
    if keep == "labels":
        return ""
    row, most = pictures(ledger), most_to_keep(ledger, "edges")
    if row is None or most is None:
        return "it cannot be told how much of its pictures is kept"
    return "" if row["value"] >= MOSTLY * most else f"only {row['value']:.0%} of its pictures are kept"


def rank(standings: Iterable[Place]) -> list[Place]:
    """Return them best first, by `RULE`; those that no judge can tell anything of after the others."""

    def key(one: Place) -> tuple[bool, bool, bool, float, str]:
        unknown = math.isnan(one.closed)
        return (
            bool(one.harm),
            one.ledger.leading is not FULL_SIZE,
            unknown,
            0.0 if unknown else -one.closed,
            one.name,
        )

    return sorted(standings, key=key)


def beaten_by_pixels(standings: Iterable[Standing]) -> str:
    """Return a sentence where a rival in pixels does at least as well as the best of the autoencoders.

    Of translated images: shares of decoded ones are of another gap. Empty where it does not, where one of
    the two kinds is missing, or where what the autoencoder made is better to learn from.
    """
    able = [
        one
        for one in rank(standings)
        if one.ledger.leading is FULL_SIZE and not math.isnan(one.closed) and not one.harm
    ]
    rival = next((one for one in able if one.in_pixels), None)
    best = next((one for one in able if not one.in_pixels), None)
    if rival is None or best is None or best.closed > rival.closed or _teaches_more(best, rival):
        return ""
    return (
        f"{rival.name}, in pixels, closes {rival.closed:.0%} of the gap, and the best of the autoencoder, "
        f"{best.name}, {best.closed:.0%}: an autoencoder that does not beat colour transfer is not worth its "
        "training."
    )


def _teaches_more(one: Standing, other: Standing) -> bool:
    learned = one.learned, other.learned
    return learned[0] is not None and learned[1] is not None and learned[0]["low"] > learned[1]["high"]
