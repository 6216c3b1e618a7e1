"""Whether a pair differs: what each number says once it is known how many judges were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthgap_cli.distances.floors import LEVEL
from synthgap_cli.ledger.finding import SMALL_CNN, Finding
from synthgap_cli.statistics.conclusion import ALPHA
from synthgap_cli.statistics.corrections import holm

Verdict = Literal["gap", "none seen", "undecided"]


@dataclass(frozen=True)
class Entry:
    """A finding with its verdict.

    Attributes
    ----------
    finding : Finding
    adjusted_p : float
        Holm's, over the judges that test the pair; NaN of numbers that are not tested.
    verdict : str
        ``gap``: the judge's adjusted p-value is at most 0.05, and the number is beyond what equal sets have.
        ``none seen``: neither is so. ``undecided``: one of both, or one is unknown.
    """

    finding: Finding
    adjusted_p: float
    verdict: Verdict


def decide(findings: Sequence[Finding]) -> list[Entry]:
    """Return all findings with their verdicts.

    A judge claims a gap only if its test, of the area under the ROC curve, finds one and the number at hand
    is beyond its floor; numbers that are not tested go by the judge's test and their own floor. So where
    nothing differs any judge or number calls a pair different at most once in twenty.

    Parameters
    ----------
    findings : sequence of Finding
        Of all judges; one judge tests a pair once at most.
    """
    adjusted: dict[tuple[str, str], float] = {}
    for pair in dict.fromkeys(one.pair.name for one in findings):
        tests = [one for one in findings if one.pair.name == pair and not np.isnan(one.p_value)]
        p_values = holm(np.array([one.p_value for one in tests]))
        adjusted |= {(pair, one.judge): float(p) for one, p in zip(tests, p_values, strict=True)}
    return [_entry(one, adjusted.get((one.pair.name, one.judge), np.nan)) for one in findings]


def _entry(finding: Finding, judges_p: float) -> Entry:
    own = np.nan if np.isnan(finding.p_value) else judges_p
    return Entry(finding, own, _verdict(judges_p, beyond=is_beyond(finding)))


def _verdict(judges_p: float, *, beyond: bool | None) -> Verdict:
    if beyond is None:
        return "undecided"
    if beyond:
        return "gap" if judges_p <= ALPHA else "undecided"
    return "undecided" if judges_p <= ALPHA else "none seen"


def is_beyond(finding: Finding) -> bool | None:
    """Return whether a number is higher than equal sets would have it 85 times in 100; None if unknown.

    By its floor, which halves of one set gave; the small CNN, whose floor is mere chance, by its p-value.
    """
    if finding.judge == SMALL_CNN:
        return None if np.isnan(finding.p_value) else finding.p_value < 1 - LEVEL
    if np.isnan(finding.value) or np.isnan(finding.floor):
        return None
    return finding.value > finding.floor
