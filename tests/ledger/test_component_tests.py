"""T-tests between subsets of the pooled rows."""

import numpy as np
import pytest
from scipy import stats

from synthgap_cli.distances.draws import Draws
from synthgap_cli.ledger.component_tests import measure_components
from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.rows import ArrayRows


@pytest.fixture
def compared():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(60, 20)) + rng.normal(size=(12, 20)).repeat(5, axis=0)
    values[30:] += 0.6
    members = np.zeros((60, 2), dtype=bool)
    members[:28, 0] = members[30:58, 1] = True  # the last scene of either is not whole
    return values, Draws(members, np.array([[0, 1]]), np.arange(60) // 5)


def test_of_independent_images_they_are_scipys(compared):
    values, draws = compared
    rejected, median_d = measure_components(ArrayRows(values), draws, clustered=False)[:, 0]
    first, second = values[:28], values[30:58]
    assert rejected == pytest.approx(100 * np.mean(stats.ttest_ind(first, second).pvalue <= 0.05))
    spread = np.sqrt((first.var(axis=0, ddof=1) + second.var(axis=0, ddof=1)) / 2)
    expected = np.median(np.abs(first.mean(axis=0) - second.mean(axis=0)) / spread)
    assert median_d == pytest.approx(expected, rel=1e-10)


def test_of_scenes_they_are_what_ttest_leads_with(compared):
    values, draws = compared
    scenes = np.concatenate([np.arange(30) // 5, 10 + np.arange(30) // 3])
    whole = Draws(np.arange(60)[:, None] // 30 == [0, 1], draws.pairs, scenes)
    rejected, _ = measure_components(ArrayRows(values), whole, clustered=True)[:, 0]
    plain, _ = measure_components(ArrayRows(values), whole, clustered=False)[:, 0]
    assert rejected < plain
    many = np.arange(60) % 30 // 3  # ten scenes a side
    draws = Draws(whole.members, draws.pairs, many + 10 * (np.arange(60) >= 30))
    found = measure_components(ArrayRows(values), draws, clustered=True)[0, 0]
    oracle = compare(
        ArrayRows(values[:30]), ArrayRows(values[30:]),
        reference_groups=many[:30], candidate_groups=many[30:], repeats=2,
    )  # fmt: skip
    assert found == pytest.approx(oracle.clustered.percent)


def test_of_a_half_that_is_one_scene_the_share_rejected_is_unknown(compared):
    values, draws = compared
    one_scene = Draws(draws.members, draws.pairs, np.where(np.arange(60) < 30, 0, np.arange(60)))
    rejected, median_d = measure_components(ArrayRows(values), one_scene, clustered=True)[:, 0]
    assert np.isnan(rejected)
    assert median_d == pytest.approx(measure_components(ArrayRows(values), draws, clustered=False)[1, 0])
