import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from synthgap_cli.classifier.calibration import calibrate


def drawn(count, *, seed=0, overconfident=1.0):
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 2, count)
    is_synthetic = rng.random(count) < 1 / (1 + np.exp(-logit))
    return is_synthetic, 1 / (1 + np.exp(-overconfident * logit))


def table(*data, **options):
    return calibrate(*data, rng=np.random.default_rng(0), **options)


def test_the_table_is_scikit_learns():
    data = drawn(300)
    found = table(*data)
    share, mean = calibration_curve(*data, n_bins=10)
    np.testing.assert_allclose(found.share_synthetic[found.count > 0], share, rtol=1e-10)
    np.testing.assert_allclose(found.mean_probability[found.count > 0], mean, rtol=1e-10)
    assert found.brier == pytest.approx(brier_score_loss(*data), rel=1e-10)
    assert found.count.sum() == 300


def test_the_error_is_the_mean_distance_of_the_bins_by_their_images():
    found = table(*drawn(300))
    expected = np.average(np.abs(found.share_synthetic - found.mean_probability), weights=found.count)
    assert found.error == pytest.approx(expected, rel=1e-10)


def test_the_ends_belong_to_the_bins():
    found = table(np.array([False, True, True]), np.array([0.0, 0.5, 1.0]))
    assert found.count.tolist() == [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert np.isnan(found.share_synthetic[1])
    assert found.share_synthetic[[0, 5, 9]].tolist() == [0, 1, 1]


def test_right_probabilities_have_the_expected_error_and_lie_in_the_bars():
    errors, expected, inside = [], [], []
    for seed in range(40):
        found = table(*drawn(200, seed=seed), resamples=300)
        errors.append(found.error)
        expected.append(found.expected_error)
        inside.append(
            (found.consistent_low <= found.share_synthetic) & (found.share_synthetic <= found.consistent_high)
        )
    assert np.mean(errors) == pytest.approx(np.mean(expected), rel=0.1)
    assert np.mean(expected) > 0.03  # right is not 0 among 200 images
    assert np.mean(inside) > 0.94


def test_overconfident_probabilities_leave_the_bars():
    found = table(*drawn(2000, overconfident=3.0))
    assert found.error > 3 * found.expected_error
    assert found.share_synthetic[0] > found.consistent_high[0]
    assert found.share_synthetic[-1] < found.consistent_low[-1]
