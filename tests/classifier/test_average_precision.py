import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score

from synthgap_cli.classifier.average_precision import estimate_average_precision, weighted_average_precision


def labelled(num_real, num_synthetic, *, auc=0.8, seed=0):
    rng = np.random.default_rng(seed)
    is_synthetic = np.repeat([False, True], [num_real, num_synthetic])
    return is_synthetic, rng.normal(size=len(is_synthetic)) + is_synthetic * norm.ppf(auc) * np.sqrt(2)


def estimate(is_synthetic, score, groups=None, **options):
    return estimate_average_precision(
        is_synthetic, score, groups, rng=np.random.default_rng(0), **{"resamples": 200, **options}
    )


@pytest.mark.parametrize("digits", [1, 6], ids=["ties", "no ties"])
def test_weighted_average_precision_is_scikit_learns(digits):
    is_synthetic, score = labelled(40, 25)
    score = score.round(digits)
    weights = np.random.default_rng(1).integers(0, 4, (5, 65)).astype(float)
    found = weighted_average_precision(is_synthetic, score, weights)
    expected = [average_precision_score(is_synthetic, score, sample_weight=one) for one in weights]
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert (found.shape, found.dtype) == ((5,), np.float64)


def test_a_weight_is_a_repetition():
    is_synthetic, score = labelled(12, 9)
    weights = np.random.default_rng(1).integers(0, 3, 21)
    repeated = weighted_average_precision(
        np.repeat(is_synthetic, weights), np.repeat(score, weights), np.ones((1, weights.sum()))
    )
    assert weighted_average_precision(is_synthetic, score, weights[None].astype(float)) == pytest.approx(
        repeated
    )


def test_the_interval_holds_the_estimate_and_the_seed_decides_its_ends():
    data = labelled(30, 40)
    first, again = estimate(*data), estimate(*data)
    assert first == again
    assert 0 < first.low < first.average_precision < first.high < 1
    assert first.average_precision == pytest.approx(average_precision_score(*data), rel=1e-10)


def test_blocks_of_resamples_are_the_resamples_at_once(monkeypatch):
    data = labelled(30, 40)
    whole = estimate(*data)
    monkeypatch.setattr("synthgap_cli.classifier.average_precision.BLOCK_CELLS", 70 * 300)
    assert estimate(*data) == whole


def test_perfect_separation_is_not_certain():
    found = estimate(np.arange(30) >= 12, np.arange(30.0))
    assert found.average_precision == found.high == 1
    assert 0.6 < found.low < 0.95


def test_scenes_widen_the_interval():
    is_synthetic, score = labelled(60, 60)
    score = np.repeat(score[::6], 6)  # frames of a scene look alike
    apart, together = estimate(is_synthetic, score), estimate(is_synthetic, score, np.arange(120) // 6)
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_a_class_with_a_single_scene_has_an_unknown_spread():
    is_synthetic, score = labelled(10, 10)
    found = estimate(is_synthetic, score, np.repeat([0, 1, 2], [10, 5, 5]))
    assert (found.low, found.high) == (0, 1)


@pytest.mark.parametrize("auc", [0.5, 0.8, 0.99])
def test_the_interval_covers_the_truth_as_often_as_it_says(auc):
    truth = estimate(*labelled(60_000, 90_000, auc=auc, seed=1), resamples=2).average_precision
    repeats = 150
    found = [estimate(*labelled(40, 60, auc=auc, seed=seed + 2)) for seed in range(repeats)]
    assert np.mean([one.low <= truth <= one.high for one in found]) > 0.91


def test_scenes_are_covered_only_when_the_interval_knows_them():
    scenes, repeats = np.repeat(np.arange(20), 8), 100
    groups, is_synthetic = np.tile(scenes, 2), np.repeat([False, True], 160)

    def scores(seed):
        rng = np.random.default_rng(seed)
        sides = [rng.normal(size=20)[scenes] + rng.normal(size=160) for _ in range(2)]
        return np.concatenate(sides) + is_synthetic * norm.ppf(0.8) * 2

    truth = estimate(*labelled(60_000, 60_000), resamples=2).average_precision
    covered = {"grouped": 0, "independent": 0}
    for seed in range(repeats):
        for name, known in (("grouped", groups), ("independent", None)):
            found = estimate(is_synthetic, scores(seed), known, resamples=100)
            covered[name] += found.low <= truth <= found.high
    assert covered["grouped"] / repeats > 0.9
    assert covered["independent"] / repeats < 0.8
