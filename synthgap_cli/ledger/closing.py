"""How much of the gap was closed: (before - after) / (before - floor), judge by judge."""

# B replicates

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthgap_cli.ledger.finding import AUC, C2ST, CHANCE, SMALL_CNN, TESTED, Finding, reach
from synthgap_cli.ledger.pairs import FAMILIES, Family
from synthgap_cli.ledger.verdicts import Entry, is_beyond
from synthgap_cli.statistics.conclusion import ALPHA

TOO_WEAK = "too weak to judge"
ClosedVerdict = Literal["closed", "partly closed", "not closed", "widened", "too weak to judge", "undecided"]
VIEWS_WITHOUT_WEIGHTS = ("edges", "pixels")
HALF = 0.5


@dataclass(frozen=True)
class Closed:
    """What a number says of the share of the gap that the shift closed.

    Attributes
    ----------
    judge, statistic : str
    before_pair, after_pair : str
        What is held against what: R'/S' against R'/T, or R/S against R/U.
    before, after, floor : float
        Of these two, and of the real set of both against itself: chance, or the median of halves.
    closed, low, high : float
        The share and its 95 % interval; NaN where the judge is too weak.
    verdict : str
    """

    judge: str
    statistic: str
    before_pair: str
    after_pair: str
    before: float
    after: float
    floor: float
    closed: float
    low: float
    high: float
    verdict: ClosedVerdict


def close(entries: Sequence[Entry]) -> list[Closed]:
    """Return the share of the gap closed by every number of every judge, in the order of the entries.

    What R/U says comes before what R'/T says. A judge that cannot tell the two sets apart before (its
    adjusted p-value is above 0.05, or the number is not beyond its floor) is too weak to say anything of what
    became of the gap.
    """
    judged = {one.finding.pair.name for one in entries}
    families = [family for family in FAMILIES if family.after in judged]
    return [one for family in families for one in _close(entries, family)]


def _close(entries: Sequence[Entry], family: Family) -> list[Closed]:
    by_key = {(one.finding.pair.name, one.finding.judge, one.finding.statistic): one for one in entries}
    p_values = {
        one.finding.judge: one.adjusted_p
        for one in entries
        if one.finding.pair.name == family.before and one.finding.statistic in TESTED
    }
    found = []
    for (pair, judge, statistic), before in by_key.items():
        if pair == family.before:
            after, halves = (by_key[name, judge, statistic] for name in (family.after, family.floor))
            floor = CHANCE.get(statistic, halves.finding.value)
            is_weak = not (p_values[judge] <= ALPHA and is_beyond(before.finding))
            found.append(_closed(before.finding, after, floor, is_weak=is_weak))
    return found


def _closed(before: Finding, after: Entry, floor: float, *, is_weak: bool) -> Closed:
    gap, left = before.value - floor, after.finding.value - floor
    if is_weak or not gap > 0:
        share, width = np.nan, np.nan
        verdict: ClosedVerdict = "too weak to judge"
    else:
        share = 1 - left / gap
        width = _reach_of_share(before, after.finding, floor)
        verdict = _verdict(share - width, share + width, after)
    return Closed(
        before.judge,
        before.statistic,
        before.pair.name,
        after.finding.pair.name,
        before.value,
        after.finding.value,
        floor,
        share,
        share - width,
        share + width,
        verdict,
    )


def _reach_of_share(before: Finding, after: Finding, floor: float) -> float:
    """Return half the width of the share's interval, by linearising the ratio that is left.

    ``left / gap`` varies as ``(left_b - ratio gap_b) / gap`` does over the replicates b, which are of the
    same images before and after.
    """
    gap = before.value - floor
    ratio = (after.value - floor) / gap
    residuals = (after.replicates - floor) - ratio * (before.replicates - floor)
    return reach(residuals / gap, min(before.degrees, after.degrees))


def _verdict(low: float, high: float, after: Entry) -> ClosedVerdict:
    if np.isnan(low):
        return "undecided"
    if high < 0:
        return "widened"
    if low <= 0:
        return "not closed" if high < HALF else "undecided"
    return "closed" if high >= 1 and after.verdict == "none seen" else "partly closed"


def headline(found: Sequence[Closed]) -> Closed | None:
    """Return what leads: the small CNN, else a network's c2st, else that of edges, else of pixels.

    The first that is not too weak, in this order whatever they say; None where all are. Where there are
    translated images, only what it says of them: R/U has no decoder on either side.
    """
    found = [one for one in found if one.after_pair == found[0].after_pair]
    judges = list(dict.fromkeys(one.judge for one in found))
    networks = [judge for judge in judges if judge not in (SMALL_CNN, *VIEWS_WITHOUT_WEIGHTS)]
    order = [(SMALL_CNN, AUC), *((judge, C2ST) for judge in (*networks, *VIEWS_WITHOUT_WEIGHTS))]
    able = {(one.judge, one.statistic): one for one in found if one.verdict != "too weak to judge"}
    return next((able[key] for key in order if key in able), None)
