"""What a ledger says in a few words each of four questions: closed? kept? of use? and dense?"""

from __future__ import annotations

from typing import Literal

from synthgap_cli.report.content import Tone
from synthgap_cli.report.directory import Row
from synthgap_cli.report.ledger import Ledger

Kept = Literal["kept", "partly kept", "lost", "unknown"]
Use = Literal["better", "worse", "unclear", "unknown"]

# Of what decoding alone keeps. Conventions, as a small effect is one: nothing was fitted to find them.
MOSTLY, HARDLY = 0.8, 0.5
TELLS_ORIGINS = 0.5  # a measure by which fewer decoded images find their original says nothing of a shift

LESS = ("closed", "partly closed")  # verdicts by which there is less of a gap than before

_CLOSED_TONES: dict[str, Tone] = {
    "closed": "none",
    "partly closed": "gap",
    "not closed": "gap",
    "widened": "gap",
}


def tone_of(verdict: str) -> Tone:
    """Return what a verdict on the gap means for what is left of it."""
    return _CLOSED_TONES.get(verdict, "unknown")


def closes(ledger: Ledger) -> bool:
    """Whether the leading judge sees less of a gap after the shift."""
    return ledger.verdict in LESS


def content_kept(ledger: Ledger, measure: str = "edges") -> Kept:
    """Return whether the shifted images show what their origins show, held against decoding alone."""
    row, control = ledger.kept(measure), ledger.kept(measure, "S/S'")
    if row is None or control is None or not control["value"] >= TELLS_ORIGINS:
        return "unknown"
    if row["low"] >= MOSTLY * control["value"]:
        return "kept"
    return "lost" if row["high"] < HARDLY * control["value"] else "partly kept"


def use(ledger: Ledger) -> Use:
    """Return whether classifiers learn more about real images from shifted than from synthetic ones.

    Only intervals that do not overlap say so, which is cautious.
    """
    shifted, synthetic = ledger.accuracy("T", "R"), ledger.accuracy("S", "R")
    if shifted is None or synthetic is None:
        return "unknown"
    return _compare(shifted, synthetic)


def _compare(one: Row, other: Row) -> Use:
    if one["low"] > other["high"]:
        return "better"
    return "worse" if one["high"] < other["low"] else "unclear"
