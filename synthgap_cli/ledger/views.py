"""What a view of the images, by features of any kind, says of every pair."""

# n tested rows a side, D components, R repeats, P permutations

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.floors import floor_of
from synthgap_cli.distances.measure import Number, load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.ledger.component_tests import NAMES, measure_components
from synthgap_cli.ledger.draws import Comparisons, LedgerPlan
from synthgap_cli.ledger.finding import C2ST, Finding, interval_of
from synthgap_cli.ledger.pairs import LedgerPair
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.rows import ArrayRows

DISTANCES = (C2ST, "fid", "kid")
STATISTICS = (*DISTANCES, *NAMES)


@dataclass(frozen=True)
class PairNumbers:
    """What a view says of a pair, before floors and intervals.

    Attributes
    ----------
    drawn : dict of (R,) float64
        By statistic, of every repeat's halves.
    p_value : float
        Of ``c2st``, by relabelling; NaN of floors.
    """

    drawn: dict[str, NDArray[np.float64]]
    p_value: float


Known = dict[str, PairNumbers]  # by the pair's name


def judge_view(
    name: str,
    features: Mapping[ImageSet, NDArray[np.floating]],
    plan: LedgerPlan,
    pairs: Iterable[LedgerPair],
    *,
    by_scene: bool,
    seed: int,
    known: Known | None = None,
    track: Track = untracked,
) -> list[Finding]:
    """Return every number of a view about these pairs.

    A number is the median over halves; its error is that of the halves about their middle, as the deletion
    of half the units estimates it. Copies, which the bootstrap makes, would bias distances and tests of
    halves; a half has none. The p-value of ``c2st`` is of all tested rows. What is said of a pair without
    the outcome owes nothing to it.

    Parameters
    ----------
    name : str
        The judge's.
    features : mapping of ImageSet to (n, D)
        The tested rows of each set of a family.
    plan : LedgerPlan
        Of the family.
    pairs : iterable of LedgerPair
        Of the family.
    by_scene : bool
        Whether t-tests take the plan's units for scenes.
    seed : int
    known : dict, optional
        Numbers that another call with the same plan and the same sets, but another outcome, has put in. They
        are not measured again, and those of this call that owe nothing to the outcome are put in.

    Raises
    ------
    InvalidInput
        A value is not finite.

    References
    ----------
    Shao and Wu (1989), A general theory for jackknife variance estimation, doi:10.1214/aos/1176347263.
    """
    numbers = {} if known is None else known
    if not numbers:
        numbers |= _measure(features, plan.originals, by_scene=by_scene, seed=seed, track=track)
    of_all = numbers | _measure(features, plan.shifted, by_scene=by_scene, seed=seed, track=track)
    return [_conclude(name, statistic, pair, of_all, plan) for pair in pairs for statistic in STATISTICS]


def _measure(
    features: Mapping[ImageSet, NDArray[np.floating]],
    compared: Comparisons,
    *,
    by_scene: bool,
    seed: int,
    track: Track,
) -> Known:
    """Return the numbers of the pairs that are compared."""
    first, *others = (features[one] for one in compared.sets)
    pool = PooledRows(ArrayRows(first), ArrayRows(np.concatenate(others)))
    stream_moments(pool.blocks())  # raises where a value is not finite
    drawn = {
        distance: load_distance(distance)
        .measure(pool, compared.halves, rng=_stream(seed, distance), track=track)
        .values[0]
        for distance in DISTANCES
    }
    tests = measure_components(pool, compared.halves, clustered=by_scene, track=track)
    drawn |= dict(zip(NAMES, tests, strict=True))
    p_values = _test(pool, compared, seed=seed, track=track)
    return {
        pair: PairNumbers({name: of[draws] for name, of in drawn.items()}, p_values.get(pair, np.nan))
        for pair, draws in compared.of_pair.items()
    }


def _test(pool: PooledRows, compared: Comparisons, *, seed: int, track: Track) -> dict[str, float]:
    """Return the p-value of each tested pair: ``(k + 1) / (P + 1)``, k relabellings being as far apart."""
    measured = load_distance(C2ST).measure(pool, compared.tests, rng=_stream(seed, C2ST), track=track)
    of_pair = np.split(measured.values[0], len(compared.tested))
    return {
        name: float(np.mean(values >= values[0])) if np.isfinite(values).all() else np.nan
        for name, values in zip(compared.tested, of_pair, strict=True)
    }


def _stream(seed: int, name: str) -> np.random.Generator:
    """Return a stream of its own, so that one number does not depend on which others are measured."""
    return np.random.default_rng((seed, zlib.crc32(name.encode())))


def _conclude(judge: str, statistic: str, pair: LedgerPair, numbers: Known, plan: LedgerPlan) -> Finding:
    replicates = numbers[pair.name].drawn[statistic]  # (R,)
    value = float(np.median(replicates))
    low, high = interval_of(statistic, value, replicates, plan.degrees)
    return Finding(
        pair,
        judge,
        statistic,
        value,
        low,
        high,
        floor=floor_of(Number(statistic), numbers[pair.floor].drawn[statistic]),
        p_value=numbers[pair.name].p_value if statistic == C2ST else np.nan,
        n=plan.rows_per_half,
        replicates=replicates,
        degrees=plan.degrees,
    )
