"""P-values and resamples of areas under the ROC curve."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from synthgap_cli.ledger.areas import p_value_of_area, p_value_of_swaps, resample_units, resampled_areas


def test_resampled_areas_are_those_of_weighted_images():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=30).round(1), rng.normal(0.5, size=40).round(1)  # with ties
    weights = rng.integers(0, 4, (5, 30)).astype(float), rng.integers(0, 4, (5, 40)).astype(float)
    found = resampled_areas(first, second, weights)
    truth, scores = np.repeat([0, 1], [30, 40]), np.concatenate([first, second])
    expected = [
        roc_auc_score(truth, scores, sample_weight=np.concatenate(of)) for of in zip(*weights, strict=True)
    ]
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_far_from_chance_the_p_value_is_that_of_the_rank_sum():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=40), rng.normal(2, size=40)
    found = p_value_of_area(first, second, (np.arange(40), np.arange(40)))
    oracle = stats.mannwhitneyu(
        second, first, alternative="greater", use_continuity=False, method="asymptotic"
    )
    assert stats.t.isf(found, 39) == pytest.approx(stats.norm.isf(oracle.pvalue), rel=1e-9)


def test_full_separation_of_few_scenes_is_no_proof():
    units = np.repeat(np.arange(2), 50)
    scores = np.linspace(0, 1, 100)
    assert p_value_of_area(scores, scores + 2, (units, units)) > 0.05
    assert np.isnan(p_value_of_area(scores, scores + 2, (np.zeros(100, int), units)))


def test_scenes_that_happen_to_differ_are_seldom_called_a_gap():
    units = np.repeat(np.arange(12), 8)
    called, naive = [], []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        first, second = (rng.normal(size=12)[units] + rng.normal(size=96) for _ in range(2))
        called.append(p_value_of_area(first, second, (units, units)) <= 0.05)
        naive.append(p_value_of_area(first, second, (np.arange(96), np.arange(96))) <= 0.05)
    assert np.mean(called) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert np.mean(naive) > 0.15


def test_swapping_versions_is_exact_where_they_are_exchangeable():
    units = np.repeat(np.arange(15), 2)
    p_values = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        of_image = rng.normal(size=15)[units] + rng.normal(size=30)  # both versions show one image
        first, second = (of_image + 0.3 * rng.normal(size=30) for _ in range(2))
        p_values.append(p_value_of_swaps(first, second, units, swaps=39, rng=rng))
    assert np.mean(np.array(p_values) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert 0.4 < np.mean(p_values) < 0.6


def test_a_small_change_of_every_image_is_seen_by_swaps_alone():
    rng = np.random.default_rng(3)
    first = rng.normal(size=60)
    second = first + 0.1
    units = np.arange(60)
    assert p_value_of_swaps(first, second, units, swaps=199, rng=rng) == pytest.approx(1 / 200)
    assert p_value_of_area(first, second, (units, units)) > 0.2


def test_a_resample_has_whole_scenes_and_as_many():
    units = np.repeat(np.arange(6), [1, 2, 3, 1, 2, 3])
    weights = resample_units(units, resamples=50, rng=np.random.default_rng(0))
    first_row = np.unique(units, return_index=True)[1]
    np.testing.assert_array_equal(weights, weights[:, first_row][:, units])
    np.testing.assert_array_equal(weights[:, first_row].sum(axis=1), 6)
