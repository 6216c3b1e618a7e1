"""KID, MMD, CMMD and energy distance against sums over all pairs, written out."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from synthgap_cli.distances.draws import plan_draws
from synthgap_cli.distances.measures import _pairwise, kid, mmd
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.rows import ArrayRows


def unbiased(kernel, first, second):
    def within(rows):
        values = kernel(rows, rows)
        return (values.sum() - np.trace(values)) / (len(rows) * (len(rows) - 1))

    return within(first) + within(second) - 2 * kernel(first, second).mean()


def gaussian(variance):
    return lambda first, second: np.exp(-cdist(first, second, "sqeuclidean") / (2 * variance))


def test_kid_is_the_unbiased_sum(samples, between):
    expected = unbiased(lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3, *samples)
    assert between("kid", *samples) == pytest.approx(expected, rel=1e-10)


def test_mmd_is_the_unbiased_sum_at_the_median_distance(samples, between):
    pooled = np.concatenate(samples)
    median = np.median(cdist(pooled, pooled)[np.triu_indices(len(pooled), 1)])
    assert between("mmd", *samples) == pytest.approx(unbiased(gaussian(median**2), *samples), rel=1e-9)


def test_cmmd_pairs_rows_with_themselves_and_multiplies_by_a_thousand(samples, between):
    first, second = samples
    kernel = gaussian(100)
    biased = kernel(first, first).mean() + kernel(second, second).mean() - 2 * kernel(first, second).mean()
    assert between("cmmd", *samples) == pytest.approx(1000 * biased, rel=1e-9)


def test_energy_is_the_unbiased_sum_of_distances(samples, between):
    assert between("energy", *samples) == pytest.approx(-unbiased(cdist, *samples), rel=1e-10)


def test_energy_in_one_dimension_is_scipys_once_rows_are_paired_with_themselves(samples, between):
    first, second = (side[:, :1] for side in samples)
    spread = [cdist(side, side).mean() / (len(side) - 1) for side in (first, second)]
    scipys = stats.energy_distance(first[:, 0], second[:, 0]) ** 2
    assert between("energy", first, second) == pytest.approx(scipys - sum(spread), rel=1e-10)


def test_blocks_of_the_kernel_are_put_together_rightly(samples, monkeypatch):
    plan = plan_draws((70, 55), None, repeats=3, permutations=5, jackknife=True, seed=0)
    pool = PooledRows(*(ArrayRows(side, 13) for side in samples))
    whole = kid.measure(pool, plan.draws).values
    monkeypatch.setattr(_pairwise, "BLOCK", 11)
    np.testing.assert_allclose(kid.measure(pool, plan.draws).values, whole, rtol=1e-10)


def test_a_million_spreads_from_zero_mmd_and_energy_are_still_right(samples, between):
    for name in ("mmd", "energy"):
        near, far = (between(name, *(side + offset for side in samples)) for offset in (0, 1e6))
        assert far == pytest.approx(near, rel=1e-6)


def test_the_width_does_not_depend_on_which_rows_are_real(samples):
    first, second = (ArrayRows(side) for side in samples)
    widths = [
        mmd.median_squared_distance(PooledRows(*sides), np.random.default_rng(0))
        for sides in ((first, second), (second, first))
    ]
    assert widths[0] == pytest.approx(widths[1], rel=1e-12)


def test_equal_rows_everywhere_are_no_gap(between):
    assert between("mmd", np.ones((9, 3)), np.ones((8, 3))) == 0
