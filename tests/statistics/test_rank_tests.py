import numpy as np
import pytest
from scipy import stats

from synthgap_cli.statistics.brown_forsythe import brown_forsythe_test
from synthgap_cli.statistics.rank_tests import (
    kolmogorov_smirnov_rejects,
    kolmogorov_smirnov_test,
    mann_whitney_test,
)


def columns(n1, n2, *, ties):
    """Return 40 components of two sides, rounded so that many values are the same."""
    rng = np.random.default_rng(n1)
    sides = rng.normal(0.2, 1.3, (40, n1)), rng.normal(0, 1, (40, n2))
    return tuple((np.round(side * 2) if ties else side).astype(np.float32) for side in sides)


sizes = pytest.mark.parametrize(("n1", "n2"), [(60, 60), (60, 85), (200, 30)])
with_ties = pytest.mark.parametrize("ties", [False, True])


@sizes
@with_ties
def test_mann_whitney_equals_scipy(n1, n2, ties):
    first, second = columns(n1, n2, ties=ties)
    wide = first.astype(float), second.astype(float)  # on float32 SciPy is off by 1e-7
    expected = stats.mannwhitneyu(*wide, axis=1, method="asymptotic")
    found = mann_whitney_test(first, second)
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-10)


@sizes
@with_ties
def test_kolmogorov_smirnov_equals_scipy(n1, n2, ties):
    first, second = columns(n1, n2, ties=ties)
    expected = [stats.ks_2samp(*pair, method="asymp") for pair in zip(first, second, strict=True)]
    found = kolmogorov_smirnov_test(first, second)
    np.testing.assert_allclose(found.statistic, [one.statistic for one in expected], rtol=1e-10)
    np.testing.assert_allclose(found.p_value, [one.pvalue for one in expected], rtol=1e-10)


@sizes
@with_ties
@pytest.mark.parametrize("alpha", [0.05, 0.5])
def test_kolmogorov_smirnov_rejects_what_its_p_values_reject(n1, n2, ties, alpha):
    first, second = columns(n1, n2, ties=ties)
    rejected = kolmogorov_smirnov_rejects(first, second, alpha=alpha) == 0
    np.testing.assert_array_equal(rejected, kolmogorov_smirnov_test(first, second).p_value <= alpha)
    assert 0 < rejected.sum() < 40 or ties


@sizes
@with_ties
def test_brown_forsythe_equals_scipy(n1, n2, ties):
    first, second = columns(n1, n2, ties=ties)
    expected = [stats.levene(*pair, center="median") for pair in
                zip(first.astype(float), second.astype(float), strict=True)]  # fmt: skip
    found = brown_forsythe_test(first, second)
    np.testing.assert_allclose(found.statistic, [one.statistic for one in expected], rtol=1e-10)
    np.testing.assert_allclose(found.p_value, [one.pvalue for one in expected], rtol=1e-10)


@pytest.mark.parametrize("test", [mann_whitney_test, kolmogorov_smirnov_test, brown_forsythe_test])
def test_a_component_of_one_value_is_dead(test):
    found = test(np.ones((1, 9)), np.ones((1, 7)))
    assert np.isnan(found.statistic).all() and np.isnan(found.p_value).all()


def test_two_values_a_side_have_spreads_that_nothing_tells_apart():
    first, second = np.random.default_rng(0).random((2, 50, 2))
    assert np.isnan(brown_forsythe_test(first, second).p_value).all()
    assert np.isnan(brown_forsythe_test(first + 1e6, second).p_value).all()


@pytest.mark.parametrize("test", [mann_whitney_test, kolmogorov_smirnov_test, brown_forsythe_test])
def test_swapping_the_sides_leaves_the_p_value(test):
    first, second = columns(60, 85, ties=True)
    np.testing.assert_allclose(test(first, second).p_value, test(second, first).p_value, rtol=1e-12)


@pytest.mark.parametrize("test", [mann_whitney_test, brown_forsythe_test])
def test_under_a_true_null_alpha_is_rejected(test):
    first, second = np.random.default_rng(0).normal(size=(2, 4000, 200))
    assert np.mean(test(first, second).p_value <= 0.05) == pytest.approx(0.05, abs=0.011)
