"""The share of rejected components of a t-test's row, with all that belongs beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from synthgap_cli.report.directory import Row

SIDES = ("reference", "candidate")
PARTS = ("min", "percent", "max")  # of a floor: over the repeats, the mean between its ends


@dataclass(frozen=True)
class Shares:
    """What a test rejects, as shares in [0, 1]; NaN where unknown.

    Attributes
    ----------
    independent : str
        What the test takes as independent: ``scenes`` or ``images``.
    n : (float, float)
        How many independent images there are on each side.
    rejected, expected : float
        Between the domains, and under a true null.
    at_half : float
        Between halves of both.
    within : ((float, float, float), (float, float, float))
        The floors of reference and candidate: lowest, mean and highest of the repeats.
    """

    independent: str
    n: tuple[float, float]
    rejected: float
    expected: float
    at_half: float
    within: tuple[tuple[float, ...], tuple[float, ...]]

    @property
    def highest_floor(self) -> float:
        """The most that was rejected between halves of one domain; 0 where there are none."""
        known = [floor[-1] for floor in self.within if not math.isnan(floor[-1])]
        return max(known, default=0.0)


def leading_shares(row: Row) -> Shares:
    """Return the shares of the clustered test where there is one, else with images as independent."""
    return clustered_shares(row) if is_clustered(row) else plain_shares(row)


def is_clustered(row: Row) -> bool:
    """Whether the row holds a test that takes scenes as independent."""
    return not math.isnan(row["clustered_percent"])


def clustered_shares(row: Row) -> Shares:
    """Return the shares with scenes as independent, their halves sharing none."""
    return _shares(row, "scenes", "clustered_{}", "effective_n_{}", "clustered_")


def plain_shares(row: Row, *, by_scene: bool = False) -> Shares:
    """Return the shares with images as independent, their halves cut between images or between scenes."""
    return _shares(row, "images", "{}_groups" if by_scene else "{}", "n_{}", "")


def _shares(row: Row, independent: str, floor: str, size: str, prefix: str) -> Shares:
    def within(side: str) -> tuple[float, ...]:
        return tuple(row[f"{floor.format(f'within_{side}')}_{part}"] / 100 for part in PARTS)

    return Shares(
        independent=independent,
        n=(row[size.format(SIDES[0])], row[size.format(SIDES[1])]),
        rejected=row["clustered_percent" if prefix else "rejected_percent"] / 100,
        expected=row[f"{prefix}expected_percent"] / 100,
        at_half=row[f"{prefix}between_halves_percent"] / 100,
        within=(within(SIDES[0]), within(SIDES[1])),
    )
