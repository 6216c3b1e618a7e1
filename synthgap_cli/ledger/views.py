"""What a view of the images, by features of any kind, says of every pair."""

# n tested rows a side, N = 5 n pooled rows, D components, R repeats, P permutations, Q numbers

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.distances.floors import floor_of
from synthgap_cli.distances.measure import Number, load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.ledger.component_tests import NAMES, measure_components
from synthgap_cli.ledger.draws import LedgerPlan
from synthgap_cli.ledger.finding import C2ST, Finding, interval_of
from synthgap_cli.ledger.five import Five
from synthgap_cli.ledger.pairs import PAIRS
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.rows import ArrayRows

DISTANCES = (C2ST, "fid", "kid")
STATISTICS = (*DISTANCES, *NAMES)

Drawn = dict[str, NDArray[np.float64]]  # by statistic


def judge_view(
    name: str,
    features: Five[NDArray[np.floating]],
    plan: LedgerPlan,
    *,
    by_scene: bool,
    seed: int,
    track: Track = untracked,
) -> list[Finding]:
    """Return every number of a view about every pair.

    A number is the median over halves; its error is that of the halves about their middle, as the deletion
    of half the units estimates it. Copies, which the bootstrap makes, would bias distances and tests of
    halves; a half has none. The p-value of ``c2st`` is of all tested rows.

    Parameters
    ----------
    name : str
        The judge's.
    features : Five of (n, D) arrays
        The tested rows of each set.
    plan : LedgerPlan
    by_scene : bool
        Whether t-tests take the plan's units for scenes.
    seed : int

    Raises
    ------
    InvalidInput
        A value is not finite.

    References
    ----------
    Shao and Wu (1989), A general theory for jackknife variance estimation, doi:10.1214/aos/1176347263.
    """
    pool = _pool(features)
    stream_moments(pool.blocks())  # raises where a value is not finite
    drawn = _measure_halves(pool, plan, by_scene=by_scene, seed=seed, track=track)
    p_values = _test(pool, plan, seed=seed, track=track)
    return [
        _conclude(name, statistic, place, drawn[statistic], plan, p_values)
        for place in range(len(PAIRS))
        for statistic in STATISTICS
    ]


def _pool(features: Five[NDArray[np.floating]]) -> PooledRows:
    """Return all rows as one, in the order of `Five`."""
    first, *others = features
    return PooledRows(ArrayRows(first), ArrayRows(np.concatenate(others)))


def _measure_halves(pool: PooledRows, plan: LedgerPlan, *, by_scene: bool, seed: int, track: Track) -> Drawn:
    drawn = {
        distance: load_distance(distance)
        .measure(pool, plan.halves, rng=_stream(seed, distance), track=track)
        .values[0]
        for distance in DISTANCES
    }
    tests = measure_components(pool, plan.halves, clustered=by_scene, track=track)
    return drawn | dict(zip(NAMES, tests, strict=True))


def _test(pool: PooledRows, plan: LedgerPlan, *, seed: int, track: Track) -> dict[str, float]:
    """Return the p-value of each tested pair: ``(k + 1) / (P + 1)``, k relabellings being as far apart."""
    measured = load_distance(C2ST).measure(pool, plan.tests, rng=_stream(seed, C2ST), track=track)
    of_pair = np.split(measured.values[0], len(plan.tested))
    return {
        name: float(np.mean(values >= values[0])) if np.isfinite(values).all() else np.nan
        for name, values in zip(plan.tested, of_pair, strict=True)
    }


def _stream(seed: int, name: str) -> np.random.Generator:
    """Return a stream of its own, so that one number does not depend on which others are measured."""
    return np.random.default_rng((seed, zlib.crc32(name.encode())))


def _conclude(
    judge: str,
    statistic: str,
    place: int,
    drawn: NDArray[np.float64],
    plan: LedgerPlan,
    p_values: dict[str, float],
) -> Finding:
    pair = PAIRS[place]
    replicates = drawn[plan.of_pair[pair.name]]  # (R,)
    value = float(np.median(replicates))
    low, high = interval_of(statistic, value, replicates, plan.degrees)
    return Finding(
        pair,
        judge,
        statistic,
        value,
        low,
        high,
        floor=floor_of(Number(statistic), drawn[plan.of_pair[pair.floor]]),
        p_value=p_values.get(pair.name, np.nan) if statistic == C2ST else np.nan,
        n=plan.rows_per_half,
        replicates=replicates,
        degrees=plan.degrees,
    )
