"""Floors, p-values and intervals: what they are where nothing differs, and where something does."""

import numpy as np
import pytest
from scipy import stats

from synthgap_cli.distances.gap import GapSettings, measure_gap
from synthgap_cli.distances.measure import distance_names
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.statistics.halves import halves_by_group
from synthgap_cli.statistics.rows import ArrayRows

QUICK = [name for name in distance_names() if name not in ("c2st", "fid_infinity")]
SEEDS = 40


def pool_of(first, second):
    return PooledRows(ArrayRows(first), ArrayRows(second))


def null_gaps(distances, *, by_scene, seeds, num_rows=120, permutations=39):
    """Cut one set in two, again and again, and compare the halves."""
    rng = np.random.default_rng(0)
    scenes = np.arange(num_rows) // 3
    rows = rng.normal(size=(num_rows, 4)) + by_scene * rng.normal(size=(num_rows, 4))[scenes]
    for seed in range(seeds):
        members = halves_by_group(
            scenes if by_scene else np.arange(num_rows), repeats=1, rng=np.random.default_rng(100 + seed)
        )
        sides = [np.flatnonzero(members[:, side]) for side in (0, 1)]
        groups = (scenes[sides[0]], scenes[sides[1]]) if by_scene else None
        settings = GapSettings(10, permutations, seed)
        yield measure_gap(pool_of(rows[sides[0]], rows[sides[1]]), groups, distances, settings)


@pytest.mark.parametrize("by_scene", [False, True], ids=["images", "scenes"])
def test_where_nothing_differs_numbers_stay_within_their_floor_and_p_is_uniform(by_scene):
    found = list(null_gaps(QUICK, by_scene=by_scene, seeds=SEEDS))
    for index, number in enumerate(gap.number.name for gap in found[0]):
        gaps = [gaps[index] for gaps in found]
        assert all(gap.by_group == by_scene for gap in gaps)
        within = np.mean([not gap.beyond_floor for gap in gaps])
        assert within >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / SEEDS), number
        p_values = np.array([gap.p_value for gap in gaps])
        if not np.isnan(p_values).any():
            # p is k / 40: spread each over its step
            spread = p_values - np.random.default_rng(1).random(SEEDS) / 40
            assert stats.kstest(spread, "uniform").pvalue > 0.001, number


def test_where_scenes_are_ignored_p_values_lie():
    found = list(null_gaps(["mmd"], by_scene=True, seeds=SEEDS))
    honest = np.mean([gap.p_value <= 0.05 for (gap,) in found])
    rng = np.random.default_rng(0)
    rejected = []
    for seed in range(SEEDS):
        first, second = (np.repeat(rng.normal(size=(20, 4)), 5, axis=0) for _ in range(2))
        noise = rng.normal(size=(2, 100, 4)) / 2
        (gap,) = measure_gap(
            pool_of(first + noise[0], second + noise[1]), None, ["mmd"], GapSettings(5, 39, seed)
        )
        rejected.append(gap.p_value <= 0.05)
    assert honest <= 0.15
    assert np.mean(rejected) > 0.5


def test_a_gap_lies_beyond_its_floor():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(100, 4)), 0.4 * rng.normal(size=(100, 4)) + 1.5
    for gap in measure_gap(pool_of(first, second), None, distance_names(), GapSettings(5, 39, 0)):
        if gap.number.name in ("precision", "density"):
            continue  # the second set lies within the first
        assert gap.beyond_floor, gap.number.name
        assert np.isnan(gap.p_value) or gap.p_value == 1 / 40


def test_the_interval_of_mmd_holds_its_expectation():
    rng = np.random.default_rng(0)
    values, intervals = [], []
    for seed in range(100):
        pool = pool_of(rng.normal(size=(60, 3)), rng.normal([1, 0, 0], size=(60, 3)))
        (gap,) = measure_gap(pool, None, ["energy"], GapSettings(5, 0, seed))
        values.append(gap.value)
        intervals.append(gap.interval)
    low, high = np.transpose(intervals)
    held = np.mean((low <= np.mean(values)) & (np.mean(values) <= high))  # unbiased: the mean is the truth
    assert 0.88 <= held <= 1


def test_with_fewer_than_ten_scenes_a_side_rows_are_taken_as_independent():
    rng = np.random.default_rng(0)
    pool = pool_of(rng.normal(size=(40, 3)), rng.normal(size=(40, 3)))
    ten, nine = np.arange(40) % 10, np.arange(40) % 9
    (gap,) = measure_gap(pool, (ten, ten), ["energy"], GapSettings(5, 0, 0))
    assert gap.by_group
    (gap,) = measure_gap(pool, (ten, nine), ["energy"], GapSettings(5, 0, 0))
    assert not gap.by_group


def test_a_distance_does_not_depend_on_which_others_are_asked_for():
    rng = np.random.default_rng(0)
    pool = pool_of(rng.normal(size=(40, 3)), rng.normal(size=(40, 3)))
    together = measure_gap(pool, None, ["fid_infinity", "sliced_wasserstein"], GapSettings(5, 0, 0))
    (alone,) = measure_gap(pool, None, ["sliced_wasserstein"], GapSettings(5, 0, 0))
    assert together[1].value == alone.value
    np.testing.assert_array_equal(together[1].parts["reference"], alone.parts["reference"])


def test_too_few_rows_an_unknown_name_and_a_value_that_is_not_finite_are_refused():
    rows = np.random.default_rng(0).normal(size=(30, 3))
    with pytest.raises(InvalidInput, match="3 and 30 rows"):
        measure_gap(pool_of(rows[:3], rows), None, ["kid"])
    with pytest.raises(UsageProblem, match="no distance named 'fidd'"):
        measure_gap(pool_of(rows, rows), None, ["fidd"])
    broken = rows.copy()
    broken[3, 2] = np.nan
    with pytest.raises(InvalidInput, match="Component 2 "):
        measure_gap(pool_of(rows, broken), None, ["kid"])
