"""What a ledger says to each of its questions, in sentences, whichever way it falls."""

from __future__ import annotations

import math
from collections import Counter

from synthgap_cli.ledger.conclusions import content_kept, use
from synthgap_cli.ledger.finding import TESTED
from synthgap_cli.ledger.pairs import DECODED, FULL_SIZE
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.report.directory import Row
from synthgap_cli.report.numbers import format_estimate, format_interval, format_number

STATISTICS = {
    "auc": "ROC-AUC",
    "c2st": "classifier AUC",
    "fid": "FID",
    "kid": "KID",
    "rejected": "rejected, %",
    "median_d": "median |d|",
}

OUTCOMES = {ImageSet.SHIFTED: "shifted", ImageSet.TRANSLATED: "translated"}
SIDES = {FULL_SIZE.before: ("real", "synthetic"), DECODED.before: ("decoded real", "decoded synthetic")}

NOTICEABLE = 0.1  # of the way to the real latents: less is called none

_HEADLINES = {
    "closed": "The gap is closed as far as this judge sees",
    "partly closed": "The shift closes a part of the gap",
    "not closed": "The shift does not measurably close the gap",
    "widened": "The shift widens the gap",
    "undecided": "Whether the shift closes the gap is undecided",
}

_KEPT = {
    "kept": "The pictures are kept.",
    "partly kept": "The pictures are kept in part.",
    "lost": "The pictures are lost.",
    "unknown": "Whether the pictures are kept cannot be told: decoding alone already changes their edges.",
}

_USES = {
    "better": "{} images teach more than synthetic ones.",
    "worse": "{} images teach less than synthetic ones.",
    "unclear": "{} images teach no more than synthetic ones, as far as these intervals tell.",
}


def closing(ledger: Ledger) -> str:
    """Return the headline: the share closed with its interval and judge, or why there is none."""
    row = ledger.headline
    if row is None:
        return _nothing_to_close(ledger)
    sides = SIDES[ledger.leading.before]
    numbers = [format_number(row[name]) for name in ("before", "after", "floor")]
    judge = f"{row['judge']}, {STATISTICS.get(row['statistic'], row['statistic'])}"
    return (
        f"{_HEADLINES[row['verdict']]}: the share closed is {format_number(row['closed'], 'percent')} (95 % "
        f"interval {format_interval(row['low'], row['high'], 'percent')}), judged by {judge}: {numbers[0]} "
        f"between {' and '.join(sides)} images, {numbers[1]} after the shift, {numbers[2]} "
        "where nothing differs. Which judge leads was fixed beforehand: the first in order that sees the gap "
        "at all."
    )


def _nothing_to_close(ledger: Ledger) -> str:
    judges = dict.fromkeys(row["judge"] for row in ledger.of_pair("R/S") if row["verdict"] == "gap")
    highest = [
        f"{row['judge']} {format_number(row['high'])}"
        for row in ledger.of_pair(ledger.leading.before)
        if row["statistic"] in TESTED and not math.isnan(row["high"])
    ]
    limit = (
        f" Areas under the ROC curve are at most (95 % intervals): {', '.join(highest)}." if highest else ""
    )
    if ledger.leading is FULL_SIZE:
        return (
            "There is nothing to close: no judge tells real from synthetic images at their own size. That "
            f"does not prove that nothing differs.{limit}"
        )
    if judges:
        return (
            f"There is no gap left for a shift to close: {_list(list(judges))} told the originals apart, but "
            "no judge tells decoded real from decoded synthetic images. The decoder has removed what they "
            f"saw, or the test rows are too few.{limit}"
        )
    return (
        "There is nothing to close: no judge tells real from synthetic images, neither as they are nor "
        f"decoded. That does not prove that nothing differs.{limit}"
    )


def other_numbers(ledger: Ledger) -> str:
    """Return how many of the other numbers agree with the headline; empty without one."""
    if ledger.headline is None:
        return ""
    others = [row for row in ledger.closed if not row["headline"]]
    counts = Counter(str(row["verdict"]) for row in others)
    if not counts:
        return ""
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    against = [
        f"{row['judge']} ({STATISTICS.get(row['statistic'], row['statistic'])})"
        for row in others
        if row["verdict"] == "widened"
    ]
    wider = f" Wider by {_list(against)}." if against else ""
    return f"The other numbers: {told}.{wider}"


def contents(ledger: Ledger) -> str:
    """Return whether the shifted images still show what their origins show; empty where not measured."""
    row, control = ledger.kept("edges"), ledger.control("edges")
    if row is None:
        return ""
    share = _percent(row["value"], row["low"], row["high"])
    beside = f"decoding alone keeps {format_number(control['value'], 'percent')}, " if control else ""
    ssim = ledger.kept("ssim")
    alike = (
        f" Structural similarity of an image and its {OUTCOMES[ledger.outcome]} self: "
        f"{format_number(ssim['value'])}."
        if ssim
        else ""
    )
    name, among = OUTCOMES[ledger.outcome], "the decoded ones" if control else "the synthetic ones"
    return (
        f"{_KEPT[content_kept(ledger)]} By their edges, {share} of the {name} images have their own origin "
        f"as nearest neighbour among {among}; {beside}chance "
        f"{format_number(row['chance'], 'percent')}.{alike}"
    )


def utilities(ledger: Ledger) -> str:
    """Return whether training on shifted images helps; empty where there were no labels."""
    shifted, synthetic = (ledger.accuracy(name, "R") for name in (ledger.outcome, "S"))
    if shifted is None or synthetic is None:
        return ""
    real, name = ledger.accuracy("R", "R"), OUTCOMES[ledger.outcome].capitalize()
    told = [
        f"{_USES[use(ledger)].format(name)} A classifier trained on them reads {_accuracy(shifted)} of the "
        f"real test images right, one trained on synthetic images {_accuracy(synthetic)}"
        + (f", one trained on real images {_accuracy(real)}." if real else ".")
    ]
    return " ".join([*told, *_gain(shifted), *_read_by_real(ledger)])


def _gain(row: Row) -> list[str]:
    """Return how much more is read than after synthetic images; nothing in ledgers that do not tell it."""
    if "gain" not in row:
        return []
    gain = format_estimate(row["gain"], row["gain_low"], row["gain_high"], "percent")
    return [f"The gain over synthetic images, image by image: {gain}."]


def _read_by_real(ledger: Ledger) -> list[str]:
    """Return whether images still show their labels to a classifier that knows real images only."""
    origin, outcome = ledger.leading.changes[0]
    shifted, before = ledger.accuracy("R", outcome), ledger.accuracy("R", origin)
    if shifted is None or before is None:
        return []
    beside = "the synthetic ones" if origin is ImageSet.SYNTHETIC else "those that were only decoded"
    return [
        f"One trained on real images reads {_accuracy(shifted)} of the {OUTCOMES[outcome]} images as what "
        f"they are to show, and {_accuracy(before)} of {beside}."
    ]


def densities(ledger: Ledger) -> str:
    """Return how densely the real latents lie and whether the shifted ones lie among them."""
    real, synthetic, shifted = (ledger.latents(name) for name in ("R", "S", "T"))
    if real is None or synthetic is None or shifted is None:
        return ""
    return (
        f"{format_number(real['share_per_axis'], 'percent')} of the coordinates of real latents lie in "
        f"[−1.5, 1.5], and {format_number(real['share_joint'], 'percent')} of the rows with all of theirs. A "
        f"real latent is {format_number(real['nearest_real'])} from the nearest other one, a synthetic one "
        f"{format_number(synthetic['nearest_real'])}, a shifted one {format_number(shifted['nearest_real'])} "
        f"(medians): {_nearness(real, synthetic, shifted)}"
    )


def _nearness(real: Row, synthetic: Row, shifted: Row) -> str:
    if shifted["nearest_real"] <= real["nearest_real_high"]:
        return "shifted latents lie among the real ones, where the decoder has learned what images look like."
    way = synthetic["nearest_real"] - real["nearest_real"]
    if synthetic["nearest_real"] - shifted["nearest_real"] > NOTICEABLE * way:
        return "the shift brings latents nearer to the real ones, but not among them."
    return "the shift brings latents no nearer to the real ones, although it may match their moments."


def _accuracy(row: Row) -> str:
    return _percent(row["accuracy"], row["low"], row["high"])


def _percent(value: float, low: float, high: float) -> str:
    return format_estimate(value, low, high, "percent")


def _list(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
