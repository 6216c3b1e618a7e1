import numpy as np
import pytest
from scipy import stats

from synthgap_cli.statistics.class_interval import wilson_interval
from synthgap_cli.statistics.clustered_mean import estimate_mean, estimate_share


def test_independent_images_have_students_interval():
    values = np.random.default_rng(0).normal(size=40)
    found = estimate_mean(values[None], np.arange(40))
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-10)


def test_repeated_images_of_a_scene_add_no_certainty():
    values = np.random.default_rng(0).normal(size=20)
    once = estimate_mean(values[None], np.arange(20))
    five_times = estimate_mean(np.repeat(values, 5)[None], np.repeat(np.arange(20), 5))
    assert (five_times.low, five_times.high) == pytest.approx((once.low, once.high), rel=1e-10)


def test_repetitions_alone_that_differ_have_students_interval_over_them():
    means = np.array([0.2, 0.5, 0.65])
    found = estimate_mean(np.repeat(means[:, None], 30, axis=1), np.arange(30))
    expected = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), rel=1e-10)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_at_an_end_has_wilsons_interval(share):
    found = estimate_share(np.full((1, 25), share), np.arange(25))
    wilson = stats.binomtest(int(25 * share), 25).proportion_ci(method="wilson")
    quantile = stats.t.ppf(0.975, 24) / stats.norm.ppf(0.975)
    assert 0 <= found.low <= share <= found.high <= 1
    assert abs(found.high - found.low) > abs(wilson.high - wilson.low)  # Student's quantile is larger
    assert abs(found.high - found.low) < quantile**2 * abs(wilson.high - wilson.low)


def test_wilsons_interval_is_scipys():
    expected = stats.binomtest(7, 25).proportion_ci(method="wilson")
    found = wilson_interval(7 / 25, 25, float(stats.norm.ppf(0.975)))
    assert found == pytest.approx((expected.low, expected.high), rel=1e-10)


def test_a_single_scene_says_nothing_of_the_spread():
    found = estimate_share(np.array([[0.0, 1.0, 1.0]]), np.zeros(3))
    assert (found.low, found.high) == (0, 1)
    assert np.isinf(estimate_mean(np.array([[0.0, 1.0, 1.0]]), np.zeros(3)).high)


def test_the_interval_of_a_share_by_scenes_and_seeds_covers_it():
    """Images of 20 scenes and 3 seeds whose effects are random: about 95 of 100 intervals hold the mean."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(20), 6)
    covered = []
    for _ in range(400):
        chance = 0.6 + 0.15 * rng.uniform(-1, 1, 20)[groups] + 0.03 * rng.standard_normal((3, 1))
        found = estimate_share((rng.random((3, 120)) < chance).astype(float), groups)
        covered.append(found.low <= 0.6 <= found.high)
    assert np.mean(covered) > 0.93
