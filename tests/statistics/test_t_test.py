import numpy as np
import pytest
from scipy import stats

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.t_test import (
    TWO_SAMPLE_TESTS,
    dead_components,
    paired_t_test,
    percent_rejected,
    student_t_test,
    welch_t_test,
)

ORACLES = {"student": {"equal_var": True}, "welch": {"equal_var": False}}


def run(test, first, second):
    return TWO_SAMPLE_TESTS[test](stream_moments([first]), stream_moments([second]))


@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
@pytest.mark.parametrize("n", [(2, 2), (2, 9), (3, 3), (50, 20), (1000, 1500)])
@pytest.mark.parametrize("distance", [0, 0.3, 5, 40])
def test_two_sample_tests_equal_scipy(test, n, distance):
    rng = np.random.default_rng(0)
    first, second = rng.normal(distance, 1, (n[0], 20)), rng.normal(0, 2, (n[1], 20))
    found = run(test, first, second)
    expected = stats.ttest_ind(first, second, **ORACLES[test])
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found.degrees_of_freedom, expected.df, rtol=1e-10)
    assert found.p_value.dtype == np.float64


@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
def test_p_values_far_below_machine_precision_equal_scipy(test):
    rng = np.random.default_rng(0)
    first, second = rng.normal(1, 1, (400, 5)), rng.normal(0, 1, (300, 5))
    found = run(test, first, second)
    assert found.p_value.max() < 1e-20
    np.testing.assert_allclose(
        found.p_value, stats.ttest_ind(first, second, **ORACLES[test]).pvalue, rtol=1e-10
    )


def longdouble_statistic(test, first, second):
    # less the constant, or the oracle itself would round
    first, second = first.astype(np.longdouble) - 10**6, second.astype(np.longdouble) - 10**6
    variances = first.var(axis=0, ddof=1), second.var(axis=0, ddof=1)
    n1, n2 = len(first), len(second)
    if test == "student":
        pooled = ((n1 - 1) * variances[0] + (n2 - 1) * variances[1]) / (n1 + n2 - 2)
        squared_error = pooled / n1 + pooled / n2
    else:
        squared_error = variances[0] / n1 + variances[1] / n2
    return ((first.mean(axis=0) - second.mean(axis=0)) / np.sqrt(squared_error)).astype(np.float64)


@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_means_a_million_times_the_spread_give_the_exact_statistic(test, dtype):
    rng = np.random.default_rng(0)
    first = rng.normal(1e6, 1, (2000, 50)).astype(dtype)
    second = rng.normal(1e6 + 0.2, 1, (1500, 50)).astype(dtype)
    found = run(test, first, second).statistic
    np.testing.assert_allclose(found, longdouble_statistic(test, first, second), rtol=1e-10)


@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
def test_swapping_the_sides_turns_the_sign_and_nothing_else(test):
    rng = np.random.default_rng(0)
    first, second = rng.normal(0.2, 1, (40, 30)), rng.normal(0, 2, (30, 30))
    one, other = run(test, first, second), run(test, second, first)
    np.testing.assert_array_equal(one.statistic, -other.statistic)
    np.testing.assert_allclose(one.p_value, other.p_value, rtol=1e-12)


@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
def test_scale_does_not_matter_down_to_the_smallest_numbers(test):
    rng = np.random.default_rng(0)
    first, second = rng.normal(0.2, 1, (40, 5)), rng.normal(0, 2, (30, 5))
    tiny = run(test, first * 1e-120, second * 1e-120)
    np.testing.assert_allclose(tiny.p_value, run(test, first, second).p_value, rtol=1e-10)


@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
@pytest.mark.parametrize("n", [(10, 10), (5, 40)])
def test_a_true_null_is_rejected_at_the_rate_asked_for(test, n):
    percents = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        found = run(test, rng.normal(size=(n[0], 100)), rng.normal(size=(n[1], 100)))
        percents.append(percent_rejected(found.p_value, 0.05))
    assert np.mean(percents) == pytest.approx(5, abs=0.5)  # 20,000 tests: standard error 0.15


def test_welch_holds_its_level_where_student_does_not():
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 5, (10, 20_000)), rng.normal(0, 1, (50, 20_000))
    student, welch = (percent_rejected(run(t, first, second).p_value, 0.05) for t in ("student", "welch"))
    assert student > 20
    assert welch == pytest.approx(5, abs=0.6)


@pytest.mark.filterwarnings("ignore:Precision loss")  # SciPy's, where one side is constant
@pytest.mark.parametrize("test", TWO_SAMPLE_TESTS)
def test_dead_components_have_no_p_value_and_are_told_apart(test):
    first, second = np.random.default_rng(0).normal(size=(2, 8, 4))
    first[:, 0], second[:, 0] = 0.1, 0.1
    first[:, 1], second[:, 1] = 0.1, 0.2
    first[:, 2] = 0.1  # constant on one side only: live
    found = run(test, first, second)
    np.testing.assert_array_equal(np.isnan(found.p_value), [True, True, False, False])
    np.testing.assert_array_equal(np.isnan(found.statistic), [True, True, False, False])
    equal, different = dead_components(stream_moments([first]), stream_moments([second]))
    np.testing.assert_array_equal(equal, [True, False, False, False])
    np.testing.assert_array_equal(different, [False, True, False, False])
    expected = stats.ttest_ind(first[:, 2:], second[:, 2:], **ORACLES[test])
    np.testing.assert_allclose(found.p_value[2:], expected.pvalue, rtol=1e-10)


def test_the_paired_test_equals_scipy():
    rng = np.random.default_rng(0)
    first = rng.normal(size=(25, 10))
    second = first + rng.normal(0.1, 0.3, (25, 10))
    found = paired_t_test(stream_moments([first - second]))
    expected = stats.ttest_rel(first, second)
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-10)
    np.testing.assert_array_equal(found.degrees_of_freedom, 24)


@pytest.mark.parametrize("test", [student_t_test, welch_t_test])
def test_one_row_a_side_is_refused(test):
    one, many = stream_moments([np.ones((1, 3))]), stream_moments([np.eye(3)])
    with pytest.raises(InvalidInput, match="one side has 1"):
        test(many, one)


@pytest.mark.parametrize("test", [student_t_test, welch_t_test])
def test_sides_of_different_width_are_refused(test):
    with pytest.raises(InvalidInput, match="3 components, the other 4"):
        test(stream_moments([np.eye(3)]), stream_moments([np.eye(4)]))


def test_the_percentage_is_of_live_components():
    p_value = np.array([0.01, 0.05, 0.2, np.nan, np.nan])
    assert percent_rejected(p_value, 0.05) == pytest.approx(200 / 3)
    assert np.isnan(percent_rejected(np.full(3, np.nan), 0.05))


def test_p_values_equal_arbitrary_precision():
    mpmath = pytest.importorskip("mpmath")
    rng = np.random.default_rng(0)
    found = run("welch", rng.normal(3, 1, (6, 10)), rng.normal(0, 2, (4, 10)))
    for statistic, degrees, p_value in zip(
        found.statistic, found.degrees_of_freedom, found.p_value, strict=True
    ):
        x = degrees / (degrees + mpmath.mpf(statistic) ** 2)
        exact = mpmath.betainc(degrees / 2, mpmath.mpf(1) / 2, 0, x, regularized=True)
        assert p_value == pytest.approx(float(exact), rel=1e-10)
