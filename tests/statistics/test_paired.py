import numpy as np
import pytest
from scipy import stats

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.paired import compare_paired
from synthgap_cli.statistics.rows import ArrayRows


@pytest.mark.parametrize("block_sizes", [(7, 7), (7, 13), (100, 3), (1, 100)])
def test_pairs_are_tested_as_by_scipy_however_the_tables_are_cut(block_sizes):
    rng = np.random.default_rng(0)
    reference = rng.normal(size=(100, 6)).astype(np.float32)
    candidate = (reference + rng.normal(0.05, 0.2, (100, 6))).astype(np.float32)
    sides = [
        ArrayRows(values, size) for values, size in zip((reference, candidate), block_sizes, strict=True)
    ]
    found = compare_paired(*sides)
    expected = stats.ttest_rel(reference.astype(np.float64), candidate.astype(np.float64))
    np.testing.assert_allclose(found.outcome.p_value, expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found.outcome.statistic, expected.statistic, rtol=1e-10)
    assert found.reference.n == found.candidate.n == 100
    assert found.percent == pytest.approx(100 * np.mean(expected.pvalue <= 0.05))


def test_rows_are_paired_as_given():
    values = np.random.default_rng(0).normal(size=(10, 3))
    found = compare_paired(
        ArrayRows(values),
        ArrayRows(values[2:]),
        reference_rows=np.array([3, 5, 9]),
        candidate_rows=np.array([1, 3, 7]),
    )
    assert (found.dead_equal, found.dead_different) == (3, 0)
    assert np.isnan(found.percent)


def test_a_constant_difference_is_dead_and_not_equal():
    values = np.random.default_rng(0).integers(0, 9, (10, 3)).astype(np.float32)
    found = compare_paired(ArrayRows(values), ArrayRows(values + np.array([0, 1, -2])))
    assert (found.dead_equal, found.dead_different) == (1, 2)


def test_pairing_finds_what_independent_samples_hide():
    rng = np.random.default_rng(0)
    reference = rng.normal(0, 1, (100, 50))
    candidate = reference + rng.normal(0.05, 0.05, (100, 50))
    assert compare_paired(ArrayRows(reference), ArrayRows(candidate)).percent == 100
    assert compare(ArrayRows(reference), ArrayRows(candidate), repeats=0).percent == 0


@pytest.mark.parametrize(
    ("sizes", "message"), [((10, 9), "10 reference rows"), ((0, 0), "no rows"), ((1, 1), "has 1")]
)
def test_tables_that_do_not_pair_are_refused(sizes, message):
    with pytest.raises(InvalidInput, match=message):
        compare_paired(*(ArrayRows(np.ones((n, 3))) for n in sizes))


def test_a_value_that_is_not_finite_is_named():
    values = np.ones((9, 4))
    values[3, 2] = np.inf
    with pytest.raises(InvalidInput, match="Component 2 "):
        compare_paired(ArrayRows(values), ArrayRows(values))
