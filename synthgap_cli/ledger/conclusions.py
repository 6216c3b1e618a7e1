"""What a ledger says in a few words each of three questions: closed? kept? of use?"""

from __future__ import annotations

from typing import Literal

from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.told import Ledger, Row

Kept = Literal["kept", "partly kept", "lost", "unknown"]
Use = Literal["better", "worse", "unclear", "unknown"]

# Of what decoding alone keeps, or of all. Conventions, as a small effect is one: nothing was fitted.
MOSTLY, HARDLY = 0.8, 0.5
TELLS_ORIGINS = 0.5  # a measure by which fewer decoded images find their original says nothing of a shift

LESS = ("closed", "partly closed")  # verdicts by which there is less of a gap than before


def closes(ledger: Ledger) -> bool:
    """Whether the leading judge sees less of a gap after the shift."""
    return ledger.verdict in LESS


def most_to_keep(ledger: Ledger, measure: str) -> float | None:
    """Return how much a shift could keep by a measure; None where that is unknown, or too little."""
    if ledger.outcome is ImageSet.TRANSLATED:
        return 1.0
    control = ledger.control(measure)
    return control["value"] if control and control["value"] >= TELLS_ORIGINS else None


def pictures(ledger: Ledger) -> Row | None:
    """Return the row that says how much of the pictures is kept; None where nothing does.

    Of decoded images it is that of edges. Of translated ones it is the larger of edges' and structural
    similarity's: on even ground, noise of two levels moves edges to other images, and half the contrast
    costs a quarter of the similarity, but what still shows the same keeps one of the two.
    """
    measures = ("edges", "ssim") if ledger.outcome is ImageSet.TRANSLATED else ("edges",)
    rows = [row for measure in measures if (row := ledger.kept(measure))]
    return max(rows, key=lambda row: float(row["value"]), default=None)


def content_kept(ledger: Ledger, measure: str | None = None) -> Kept:
    """Return whether the shifted images show what their origins show: by `pictures`, or by one measure.

    Translated images are held against their originals themselves, decoded ones against decoding alone.
    """
    row = ledger.kept(measure) if measure else pictures(ledger)
    most = most_to_keep(ledger, measure or "edges")
    if row is None or most is None:
        return "unknown"
    if row["low"] >= MOSTLY * most:
        return "kept"
    return "lost" if row["high"] < HARDLY * most else "partly kept"


def use(ledger: Ledger) -> Use:
    """Return whether classifiers learn more about real images from shifted than from synthetic ones.

    By the interval of the gain, image by image; in ledgers that do not have it only intervals that do not
    overlap say so.
    """
    shifted, synthetic = ledger.accuracy(ledger.outcome, "R"), ledger.accuracy("S", "R")
    if shifted is None or synthetic is None:
        return "unknown"
    least = shifted.get("gain_low", shifted["low"] - synthetic["high"])
    most = shifted.get("gain_high", shifted["high"] - synthetic["low"])
    if least > 0:
        return "better"
    return "worse" if most < 0 else "unclear"
