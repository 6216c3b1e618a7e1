"""Two sets of rows, and every distance between them beside its floors."""

# n, m rows of reference and candidate, D components, Q numbers of a distance, K draws

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.draws import Plan, plan_draws
from synthgap_cli.distances.floors import floor_of, is_beyond
from synthgap_cli.distances.measure import Measured, Number, load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.splits import MIN_GROUPS

REPEATS = 20
PERMUTATIONS = 199
CONFIDENCE = 0.95
MIN_ROWS = 4  # a side: two rows in each half


@dataclass(frozen=True)
class GapSettings:
    """How the numbers beside a distance are drawn."""

    repeats: int = REPEATS
    permutations: int = PERMUTATIONS
    seed: int = 0


@dataclass(frozen=True)
class Gap:
    """One number, and what stands beside it.

    Attributes
    ----------
    number : Number
    value : float
        Of all rows of both sides.
    interval : (low, high)
        95 %, NaN where the distance has none.
    p_value : float
        Of the permutation test, one-sided; NaN where the distance has none.
    rows_per_half : int
        Rows of each half behind the floor, see `floor`.
    parts : dict of (R,) float64
        The values of the halves: ``between``, ``reference``, ``candidate``, and each with ``_groups``
        where halves were drawn by scene too.
    """

    number: Number
    value: float
    interval: tuple[float, float]
    p_value: float
    rows_per_half: int
    parts: dict[str, NDArray[np.float64]]

    @property
    def by_group(self) -> bool:
        """Whether the floor is that of halves by scene, which it is wherever there is one."""
        return "reference_groups" in self.parts

    @property
    def at_half(self) -> float:
        """The median over draws of the number between a half of each side: to be held against the floor."""
        return float(np.median(self.parts[f"between{self._suffix}"]))

    @property
    def floor(self) -> float:
        """What the number at half the rows stays within if nothing differs, 95 times in 100 or more."""
        halves = [self.parts[f"{side}{self._suffix}"] for side in SIDES]
        return floor_of(self.number, np.concatenate(halves))

    @property
    def beyond_floor(self) -> bool | None:
        """Whether the number at half the rows is worse than the floor."""
        return is_beyond(self.number, self.at_half, self.floor)

    @property
    def _suffix(self) -> str:
        return "_groups" if self.by_group else ""


SIDES = ("reference", "candidate")


def measure_gap(
    pool: PooledRows,
    groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None,
    distances: Sequence[str],
    settings: GapSettings | None = None,
    *,
    track: Track = untracked,
) -> list[Gap]:
    """Return the numbers of each distance, beside their floors.

    Parameters
    ----------
    pool : PooledRows
        n rows of the reference and m of the candidate, independent of each other.
    groups : pair of (n,), (m,) labels, optional
        The scene of each row. With ten on either side, floors are drawn by scene too, and permutations,
        folds and the jackknife keep scenes whole; with fewer, rows are taken as independent.
    distances : sequence of str
        Names of the family.

    Raises
    ------
    UsageProblem
        There is no such distance.
    InvalidInput
        A side has fewer than four rows, or a value is not finite.
    """
    settings = settings or GapSettings()
    sizes = pool.num_reference, pool.shape[0] - pool.num_reference
    if min(sizes) < MIN_ROWS:
        raise InvalidInput(
            f"The sides have {sizes[0]} and {sizes[1]} rows; a distance and its floor need {MIN_ROWS} each.",
            hint="Compare more images, or other splits with --split.",
        )
    stream_moments(pool.blocks())  # raises where a value is not finite
    if groups and min(len(np.unique(side)) for side in groups) < MIN_GROUPS:
        groups = None
    found: list[Gap] = []
    for name in distances:
        distance = load_distance(name)
        plan = plan_draws(
            sizes,
            groups,
            repeats=settings.repeats,
            permutations=settings.permutations if distance.PERMUTED else 0,
            jackknife=distance.JACKKNIFED,
            seed=settings.seed,
        )
        # a stream of its own, so that one distance does not depend on which others are asked for
        rng = np.random.default_rng((settings.seed, zlib.crc32(name.encode())))
        measured = distance.measure(pool, plan.draws, rng=rng, track=track)
        found += [_conclude(measured, plan, index, one) for index, one in enumerate(distance.NUMBERS)]
    return found


def _conclude(measured: Measured, plan: Plan, index: int, number: Number) -> Gap:
    parts = {name: measured.values[index, where] for name, where in plan.parts.items()}
    value = float(parts.pop("whole")[0])
    permuted = parts.pop("permutation", np.empty(0))
    left_out = parts.pop("jackknife", np.empty(0))
    interval = _jackknife(value, left_out)
    if measured.interval and index == 0 and not math.isnan(value):
        interval = measured.interval
    return Gap(number, value, interval, _p_value(value, permuted), plan.rows_per_half, parts)


def _p_value(value: float, permuted: NDArray[np.float64]) -> float:
    """Return ``(k + 1) / (P + 1)``, k permutations being as great as the value: exact at any P."""
    if not len(permuted) or math.isnan(value):
        return math.nan
    return float((np.sum(permuted >= value) + 1) / (len(permuted) + 1))


def _jackknife(value: float, left_out: NDArray[np.float64]) -> tuple[float, float]:
    """Return Student's interval, B - 1 degrees of freedom, from the values without each of B blocks."""
    blocks = len(left_out)
    if blocks < 2:
        return math.nan, math.nan
    variance = (blocks - 1) / blocks * np.sum((left_out - left_out.mean()) ** 2)
    width = float(t.ppf((1 + CONFIDENCE) / 2, blocks - 1) * np.sqrt(variance))
    return value - width, value + width
