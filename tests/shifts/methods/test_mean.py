import numpy as np
import pytest

from synthgap_cli.shifts.methods import mean
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.expected_null import Fitted, expected_rejections
from synthgap_cli.statistics.rows import ArrayRows


def fit(source, target):
    return mean.fit(ArrayRows(source), ArrayRows(target), setting=Setting((source.shape[1],)))


@pytest.mark.parametrize("level", [0, 1e3, -1e6])
def test_means_agree_on_the_fitting_rows_however_large(level):
    rng = np.random.default_rng(0)
    source = rng.normal(level, 1, (2000, 8)).astype(np.float32)
    target = rng.normal(level + 5, 3, (1500, 8)).astype(np.float32)
    moved = mean.apply(source, fit(source, target))
    np.testing.assert_allclose(
        moved.mean(axis=0, dtype=float), target.mean(axis=0, dtype=float), rtol=1e-5, atol=1e-5
    )


def test_the_offset_is_exact_where_means_are_a_million_times_the_spread():
    rng = np.random.default_rng(0)
    source, target = rng.normal(1e6, 1, (1000, 4)), rng.normal(1e6 + 0.5, 1, (1000, 4))
    expected = (target.astype(np.longdouble) - 10**6).mean(axis=0)
    expected = expected - (source.astype(np.longdouble) - 10**6).mean(axis=0)
    found = fit(source, target)["offset"]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_everything_but_the_mean_stays():
    rng = np.random.default_rng(0)
    source = rng.normal(0, [1, 2, 3], (500, 3)).astype(np.float32)
    target = rng.normal(4, 1, (400, 3)).astype(np.float32)
    moved = mean.apply(source, fit(source, target))
    np.testing.assert_allclose(np.cov(moved.T), np.cov(source.T), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("strength", [0.25, 1, 1.5])
def test_strength_is_the_share_of_the_way(strength):
    source, target = np.zeros((10, 2), np.float32), np.full((7, 2), 4, np.float32)
    moved = mean.apply(source, fit(source, target), strength)
    np.testing.assert_array_equal(moved, np.float32(4 * strength))


def test_one_row_a_side_is_enough():
    source, target = np.array([[1, 2]], np.float32), np.array([[5, -1]], np.float32)
    moved = mean.apply(source, fit(source, target))
    np.testing.assert_array_equal(moved, target)


def test_the_t_test_finds_nothing_on_the_fitting_rows_and_the_expected_share_on_others():
    rng = np.random.default_rng(0)
    n, num_latents = 60, 5000
    real, held_out_real = rng.normal(0, 1, (2, n, num_latents)).astype(np.float32)
    synthetic, held_out_synthetic = rng.normal(2, 1, (2, n, num_latents)).astype(np.float32)
    parameters = fit(synthetic, real)

    def percent(reference, candidate):
        shifted = mean.apply(candidate, parameters)
        return compare(ArrayRows(reference), ArrayRows(shifted), repeats=0).percent

    assert percent(real, synthetic) == 0
    expected = expected_rejections(0.05, test_sizes=(n, n), fitted=Fitted("other rows", (n, n)))
    assert percent(held_out_real, held_out_synthetic) == pytest.approx(100 * expected, abs=2)
