"""What gap, pictures and use say together, above all where they disagree."""

from __future__ import annotations

from synthgap_cli.ledger.closing import TOO_WEAK
from synthgap_cli.ledger.conclusions import LESS, closes, content_kept, use
from synthgap_cli.ledger.told import Ledger


def together(ledger: Ledger) -> str:
    """Return the conclusion from all of a ledger, in a sentence or two."""
    if content_kept(ledger) == "lost":
        return _without_pictures(ledger)
    if closes(ledger):
        return _with_less_gap(ledger) + _dissent(ledger)
    if use(ledger) == "better":
        return _useful_all_the_same(ledger)
    if ledger.headline is None:
        return "By this ledger there is no reason to use shifted images instead of synthetic ones."
    return _without_use(ledger) + _dissent(ledger)


def _without_use(ledger: Ledger) -> str:
    if ledger.verdict == "undecided":
        return "More independent images, that is scenes, would be needed to say whether the shift helps."
    more = " more" if ledger.verdict == "widened" else " no less"
    learned = ", and classifiers learn no more from its images" if use(ledger) != "unknown" else ""
    return f"The leading judge sees{more} of a gap after the shift{learned}."


def _dissent(ledger: Ledger) -> str:
    """Return what most of the other numbers say, where they contradict the judge that leads."""
    seen = [row for row in ledger.closed if not row["headline"] and row["verdict"] != TOO_WEAK]
    nearer = sum(row["verdict"] in LESS for row in seen)
    if closes(ledger) and 2 * nearer < len(seen):
        return f" Most other numbers do not see it, though: {len(seen) - nearer} of {len(seen)}."
    if not closes(ledger) and 2 * nearer > len(seen):
        return (
            f" Most other numbers, though, see less of a gap than before: {nearer} of {len(seen)}. Which "
            "judge leads was fixed beforehand."
        )
    return ""


def _useful_all_the_same(ledger: Ledger) -> str:
    if ledger.headline is None:
        return (
            "Nothing to close by the judges, and yet classifiers learn more from the shifted images: labels "
            "bring out what these judges do not see."
        )
    if any(row["verdict"] == "gap" for row in ledger.of_pair(ledger.leading.after)):
        return (
            "A judge still tells the shifted images from real ones, and yet they teach more than the "
            "synthetic ones: for training, the shift helps although a gap is left."
        )
    return (
        "Whether the gap has closed remains open, and yet the shifted images teach more than the synthetic "
        "ones: for training, the shift helps."
    )


def _without_pictures(ledger: Ledger) -> str:
    if use(ledger) == "better":
        return (
            "The shifted images are no longer the pictures that went in, yet classifiers learn more from "
            "them: labels have survived, positions and details have not. Look at the pictures before using "
            "them."
        )
    if closes(ledger):
        return (
            "The gap closes because the pictures are no longer those that went in. That is no success: any "
            "map that puts real pictures in their place would do as well."
        )
    return "The shift loses the pictures and closes no gap: it should not be used."


def _with_less_gap(ledger: Ledger) -> str:
    helps = use(ledger)
    if helps in ("unclear", "worse"):
        training = "training on its images is worth less" if helps == "worse" else "training gains nothing"
        return (
            f"The gap gets smaller, and yet {training}: the two distributions come to lie on each other as "
            "wholes, but an image of one kind need not come to lie on real images of that kind."
        )
    price = {"kept": " and keeps the pictures", "partly kept": ", at the price of pictures kept only in part"}
    closed = {"closed": "closes the gap", "partly closed": "closes a part of the gap"}[ledger.verdict]
    gained = f"The shift {closed}{price.get(content_kept(ledger), '')}"
    if helps == "better":
        return f"{gained}, and classifiers learn more from its images."
    return (
        f"{gained}. Whether classifiers learn more from its images was not measured: that needs labels on "
        "both sides."
    )
