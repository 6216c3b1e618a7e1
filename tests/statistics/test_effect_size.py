import numpy as np
import pytest

from synthgap_cli.statistics.effect_size import cohens_d, smallest_detectable_difference, summarise_effects
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.t_test import percent_rejected, student_t_test


def test_cohens_d_is_the_mean_difference_in_pooled_standard_deviations():
    rng = np.random.default_rng(0)
    first, second = rng.normal(1, 1, (30, 8)), rng.normal(0, 3, (12, 8))
    pooled = (29 * first.var(axis=0, ddof=1) + 11 * second.var(axis=0, ddof=1)) / 40
    expected = (first.mean(axis=0) - second.mean(axis=0)) / np.sqrt(pooled)
    found = cohens_d(stream_moments([first]), stream_moments([second]))
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_a_dead_component_has_no_effect_size_and_is_left_out_of_the_summary():
    first, second = np.random.default_rng(0).normal(size=(2, 10, 3))
    first[:, 1], second[:, 1] = 0, 1
    effect_size = cohens_d(stream_moments([first]), stream_moments([second]))
    np.testing.assert_array_equal(np.isnan(effect_size), [False, True, False])
    assert summarise_effects(effect_size) == summarise_effects(effect_size[[0, 2]])


def test_the_summary_is_of_absolute_values():
    summary = summarise_effects(np.array([-0.1, 0.2, -0.3, 0.4, -5.0]))
    assert summary.median == pytest.approx(0.3)
    assert summary.percentile_95 == pytest.approx(np.percentile([0.1, 0.2, 0.3, 0.4, 5], 95))
    assert summary.percent_above_small == pytest.approx(60)  # 0.2 itself is not above


def test_without_live_components_the_summary_is_unknown():
    summary = summarise_effects(np.full(3, np.nan))
    assert np.isnan([summary.median, summary.percentile_95, summary.percent_above_small]).all()


def precision(n1, n2):
    return np.sqrt(n1 * n2 / (n1 + n2))


@pytest.mark.parametrize("n", [(2, 2), (3, 50), (10, 10), (600, 550), (10_000, 10_000), (10**6, 10**6)])
@pytest.mark.parametrize(("alpha", "power"), [(0.05, 0.8), (0.01, 0.8), (0.05, 0.9), (0.05, 0.1)])
def test_the_smallest_detectable_difference_has_the_power_asked_for(n, alpha, power):
    oracle = pytest.importorskip("statsmodels.stats.power").TTestIndPower()
    found = smallest_detectable_difference(precision(*n), sum(n) - 2, alpha=alpha, power=power)
    assert oracle.power(found, n[0], alpha, ratio=n[1] / n[0]) == pytest.approx(power, abs=1e-5)


@pytest.mark.parametrize(("n", "alpha"), [((30, 40), 0.05), ((2, 2), 0.05), ((2, 3), 1e-4)])
def test_a_difference_of_the_smallest_detectable_size_is_found_four_times_out_of_five(n, alpha):
    rng = np.random.default_rng(0)
    d = smallest_detectable_difference(precision(*n), sum(n) - 2, alpha=alpha)
    first, second = rng.normal(d, 1, (n[0], 20_000)), rng.normal(0, 1, (n[1], 20_000))
    outcome = student_t_test(stream_moments([first]), stream_moments([second]))
    assert percent_rejected(outcome.p_value, alpha) == pytest.approx(80, abs=1)  # standard error 0.28
