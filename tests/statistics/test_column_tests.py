import numpy as np
import pytest
from scipy import stats

from synthgap_cli.arrays import untracked
from synthgap_cli.statistics import column_tests
from synthgap_cli.statistics.column_tests import compare_columns
from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.expected_null import Fitted
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.side import plan_side


def plans(first, second, groups=None, *, rows=None, repeats=2):
    return [
        plan_side(ArrayRows(side, 13), rows, groups, repeats=repeats, rng=np.random.default_rng(0))
        for side in (first, second)
    ]


@pytest.mark.parametrize("values_at_once", [1, 700, 2**20])
def test_blocks_of_columns_do_not_matter(monkeypatch, values_at_once):
    first, second = np.random.default_rng(0).normal(size=(2, 60, 17))
    expected = stats.mannwhitneyu(first, second, method="asymptotic").pvalue
    monkeypatch.setattr(column_tests, "READ_VALUES", values_at_once)
    monkeypatch.setattr(column_tests, "TESTED_VALUES", values_at_once // 3)
    found = compare_columns(*plans(first, second), "mannwhitney", alpha=0.05, track=untracked)
    np.testing.assert_allclose(found.outcome.p_value, expected, rtol=1e-10)


@pytest.mark.parametrize("test", ["mannwhitney", "ks", "levene"])
def test_floors_are_the_same_test_between_halves(test):
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 1, (80, 300)), rng.normal(0.3, 1.5, (80, 300))
    both = plans(first, second, np.arange(80) // 4)
    found = compare_columns(*both, test, alpha=0.1, track=untracked)
    expected = []
    for half in both[0].group_halves.T:
        p_value = column_tests.COLUMN_TESTS[test](first[half].T, first[~half].T).p_value
        expected.append(100 * np.mean(p_value <= 0.1))
    assert found.floors["reference_by_group"].mean == pytest.approx(np.mean(expected))
    assert found.floors["reference_by_group"].maximum == max(expected)
    assert found.floors["percent_at_half"].mean > found.floors["candidate_by_image"].mean


@pytest.mark.parametrize("test", ["mannwhitney", "ks", "levene"])
def test_only_rows_that_were_chosen_count(test):
    first, second = np.random.default_rng(0).normal(size=(2, 40, 5))
    rows = np.arange(0, 40, 2)
    poisoned = first.copy()
    poisoned[1::2] = 1e9
    found, expected = (
        compare_columns(*plans(side, second, rows=rows), test, alpha=0.05, track=untracked)
        for side in (poisoned, first)
    )
    np.testing.assert_array_equal(found.outcome.p_value, expected.outcome.p_value)


def test_a_comparison_by_ranks_leads_with_ranks_and_clusters_nothing():
    rng = np.random.default_rng(0)
    sides = [ArrayRows(rng.normal(shift, 1, (60, 30))) for shift in (0.5, 0)]
    groups = np.arange(60) // 4
    found = compare(*sides, reference_groups=groups, candidate_groups=groups, test="mannwhitney", repeats=2)
    expected = stats.mannwhitneyu(sides[0].values, sides[1].values, method="asymptotic").pvalue
    assert found.clustered is None
    np.testing.assert_allclose(found.lead.p_value, expected, rtol=1e-10)
    assert found.percent == pytest.approx(100 * np.mean(expected <= 0.05))
    assert np.isnan(found.smallest_detectable)
    assert set(found.percent_by_test) == {"student", "welch", "mannwhitney"}


@pytest.mark.parametrize(("test", "expected"), [("levene", 5), ("ks", np.nan), ("mannwhitney", np.nan)])
def test_a_shift_of_the_mean_is_nothing_to_a_test_of_spreads_and_unknown_to_ranks(test, expected):
    values = np.random.default_rng(0).normal(size=(20, 3))
    found = compare(
        ArrayRows(values), ArrayRows(values), test=test, repeats=1, fitted=Fitted("other rows", (9, 9))
    )
    assert found.percent_expected == pytest.approx(expected, nan_ok=True)
