import numpy as np
import pytest

from synthgap_cli.shifts.balance import BOUND, balance


def test_means_become_the_shares_where_rows_leave_it_open():
    probabilities = np.random.default_rng(0).dirichlet([1, 1, 1], 200)
    shares = np.array([0.6, 0.3, 0.1])
    balanced = balance(probabilities, shares)
    np.testing.assert_allclose(balanced.mean(axis=0), shares, atol=1e-6)
    np.testing.assert_allclose(balanced.sum(axis=1), 1)


def test_shares_that_are_met_change_nothing():
    probabilities = np.tile([[0.2, 0.8], [0.6, 0.4]], (50, 1))
    np.testing.assert_allclose(balance(probabilities, probabilities.mean(axis=0)), probabilities, atol=1e-7)


def test_a_row_that_is_clearly_of_one_kind_stays():
    clear = np.array([[1.0, 0.0]] * 70 + [[0.0, 1.0]] * 30)
    balanced = balance(clear, np.array([0.3, 0.7]))
    np.testing.assert_allclose(balanced, clear, atol=1e-5)


def test_no_kind_is_favoured_by_more_than_the_bounds_ratio():
    probabilities = np.tile([0.999, 0.001], (40, 1))
    odds = balance(probabilities, np.array([0.01, 0.99]))
    assert odds[0, 1] / odds[0, 0] == pytest.approx(BOUND**2 * 0.001 / 0.999, rel=1e-3)
