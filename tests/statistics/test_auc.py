import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm

from synthgap_cli.statistics.auc import (
    effective_size,
    estimate_auc,
    score_interval,
    structural_components,
    variance_of_mean,
)

levels = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=12).map(np.array)


def labelled(real: np.ndarray, synthetic: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    is_synthetic = np.repeat([False, True], [len(real), len(synthetic)])
    return is_synthetic, np.concatenate([real, synthetic])


@given(levels, levels)
def test_components_are_shares_of_pairs_with_ties_by_half(real, synthetic):
    above = (synthetic[None, :] > real[:, None]) + 0.5 * (synthetic[None, :] == real[:, None])  # (m, n)
    of_real, of_synthetic = structural_components(real, synthetic)
    np.testing.assert_allclose(of_real, above.mean(axis=1), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(of_synthetic, above.mean(axis=0), rtol=1e-10, atol=1e-12)


@given(levels, levels)
def test_auc_is_mann_whitney_u_over_the_number_of_pairs(real, synthetic):
    found = estimate_auc(*labelled(real, synthetic))
    expected = mannwhitneyu(synthetic, real).statistic / (len(real) * len(synthetic))
    assert found.auc == pytest.approx(expected, rel=1e-10)
    assert 0 <= found.low <= found.auc <= found.high <= 1


@given(levels, levels)
def test_reversed_scores_mirror_the_interval(real, synthetic):
    up, down = estimate_auc(*labelled(real, synthetic)), estimate_auc(*labelled(-real, -synthetic))
    assert (down.auc, down.low, down.high) == pytest.approx((1 - up.auc, 1 - up.high, 1 - up.low), abs=1e-6)


@given(levels, levels)
def test_a_rising_function_of_the_scores_changes_nothing(real, synthetic):
    assert estimate_auc(*labelled(real, synthetic)) == estimate_auc(
        *labelled(np.exp(real), np.exp(synthetic))
    )


def test_variance_of_independent_values_is_the_usual_one():
    values = np.random.default_rng(0).normal(size=30)
    expected = values.var(ddof=1) / 30
    assert variance_of_mean(values, np.arange(30)) == pytest.approx(expected, rel=1e-10)


def test_variance_with_repeated_values_is_that_of_the_values_repeated():
    values = np.random.default_rng(0).normal(size=30)
    found = variance_of_mean(np.repeat(values, 4), np.repeat(np.arange(30), 4))
    assert found == pytest.approx(values.var(ddof=1) / 30, rel=1e-10)


def test_effective_size_counts_what_is_independent():
    values = np.random.default_rng(0).normal(size=30)
    repeated, groups = np.repeat(values, 4), np.repeat(np.arange(30), 4)
    assert effective_size(values, np.arange(30)) == 30
    assert effective_size(repeated, groups) == pytest.approx(30, rel=0.05)
    assert effective_size(np.ones(120), groups) == 30


@pytest.mark.parametrize("auc", [0.02, 0.3, 0.5, 0.8, 0.99, 1.0])
def test_score_interval_ends_where_hanley_and_mcneil_put_the_estimate_at_its_edge(auc):
    n, quantile = 25, 1.96  # of equal size, where Newcombe's variance is Hanley and McNeil's

    def standard_error(area):
        above_two, two_above = area / (2 - area), 2 * area**2 / (1 + area)
        spread = (n - 1) * (above_two - area**2) + (n - 1) * (two_above - area**2)
        return np.sqrt((area * (1 - area) + spread) / n**2)

    low, high = score_interval(auc, n, n, quantile)
    assert low < auc
    assert auc - low == pytest.approx(quantile * standard_error(low), rel=1e-6)
    if auc < 1:
        assert high - auc == pytest.approx(quantile * standard_error(high), rel=1e-6)
    else:
        assert high == 1


def test_the_interval_holds_delongs():
    rng = np.random.default_rng(0)
    real, synthetic = rng.normal(size=200), rng.normal(1, 2, size=300)
    found = estimate_auc(*labelled(real, synthetic))
    above = synthetic[None, :] > real[:, None]
    variance = above.mean(1).var(ddof=1) / 200 + above.mean(0).var(ddof=1) / 300
    assert found.high - found.low == pytest.approx(2 * 1.97 * np.sqrt(variance), rel=0.05)


def test_perfect_separation_is_not_certain():
    found = estimate_auc(*labelled(np.arange(10.0), np.arange(20.0, 30.0)))
    assert found.auc == found.high == 1
    assert 0.6 < found.low < 0.9


def test_a_constant_score_tells_nothing_but_has_a_width():
    found = estimate_auc(*labelled(np.zeros(30), np.zeros(30)))
    assert found.auc == 0.5
    assert found.low < 0.4
    assert found.high > 0.6


def test_groups_of_one_image_are_no_groups():
    rng = np.random.default_rng(0)
    data = labelled(rng.normal(size=15), rng.normal(1, 1, size=20))
    assert estimate_auc(*data, rng.permutation(35).astype(str)) == estimate_auc(*data)


def test_a_class_with_a_single_scene_has_an_unknown_spread():
    data = labelled(np.arange(10.0), np.arange(5.0, 15.0))
    found = estimate_auc(*data, np.repeat(["dusk", "noon", "night"], [10, 5, 5]))
    assert (found.low, found.high) == (0, 1)


@pytest.mark.parametrize("auc", [0.5, 0.8, 0.99, 0.999])
def test_the_interval_covers_the_truth_as_often_as_it_says(auc):
    rng = np.random.default_rng(0)
    shift, repeats = norm.ppf(auc) * np.sqrt(1 + 3**2), 300
    covered = 0
    for _ in range(repeats):
        found = estimate_auc(*labelled(rng.normal(size=40), rng.normal(shift, 3, size=60)))
        covered += found.low <= auc <= found.high
    assert covered / repeats > 0.92  # 0.95 less two and a half standard errors


def test_scenes_are_covered_only_when_the_interval_knows_them():
    rng = np.random.default_rng(0)
    auc, repeats, scenes = 0.8, 200, np.repeat(np.arange(20), 10)
    covered = {"grouped": 0, "independent": 0}
    for _ in range(repeats):
        real, synthetic = (rng.normal(size=20)[scenes] + rng.normal(size=200) for _ in range(2))
        data = labelled(real, synthetic + norm.ppf(auc) * 2)
        for name, groups in [("grouped", np.tile(scenes, 2)), ("independent", None)]:
            found = estimate_auc(*data, groups)
            covered[name] += found.low <= auc <= found.high
    assert covered["grouped"] / repeats > 0.91
    assert covered["independent"] / repeats < 0.7
