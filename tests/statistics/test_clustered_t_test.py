import numpy as np
import pytest
from scipy import stats

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.clustered_t_test import (
    clustered_paired_t_test,
    clustered_t_test,
    design_effect,
    effective_n,
)
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.side import plan_side, read_side
from synthgap_cli.statistics.t_test import percent_rejected, student_t_test


def sample(values, groups):
    plan = plan_side(ArrayRows(values), None, groups, repeats=0, rng=np.random.default_rng(0))
    return read_side(plan, ArrayRows(values).blocks(None)).whole


def scenes(rng, num_groups, per_group, num_components, *, shared):
    """Rows of variance 1, of which ``shared``, the intra-class correlation, lies between groups."""
    groups = np.repeat(np.arange(num_groups), per_group)
    centres = rng.normal(0, np.sqrt(shared), (num_groups, num_components))
    return centres[groups] + rng.normal(0, np.sqrt(1 - shared), (len(groups), num_components)), groups


def test_the_error_is_that_of_a_cluster_robust_regression_on_the_domain():
    linear = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(0)
    (first, groups), (second, _) = (scenes(rng, 12, 7, 3, shared=0.5) for _ in range(2))
    found = clustered_t_test(sample(first, groups), sample(second, groups))
    design = linear.add_constant(np.repeat([1.0, 0.0], len(first)))
    options = {"groups": np.concatenate([groups, groups + 12]), "use_correction": False}
    for component in range(3):
        values = np.concatenate([first[:, component], second[:, component]])
        fit = linear.OLS(values, design).fit(cov_type="cluster", cov_kwds=options)
        assert found.difference[component] == pytest.approx(fit.params[1], rel=1e-10)
        assert found.standard_error[component] ** 2 == pytest.approx(fit.bse[1] ** 2 * 12 / 11, rel=1e-10)


def test_groups_of_one_size_are_tested_as_welch_tests_their_means():
    rng = np.random.default_rng(0)
    (first, one), (second, other) = scenes(rng, 15, 4, 50, shared=0.3), scenes(rng, 11, 4, 50, shared=0.6)
    found = clustered_t_test(sample(first, one), sample(second, other))
    expected = stats.ttest_ind(
        first.reshape(15, 4, 50).mean(1), second.reshape(11, 4, 50).mean(1), equal_var=False
    )
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found.degrees_of_freedom, expected.df, rtol=1e-10)


def test_rows_that_are_groups_of_their_own_are_tested_by_welch():
    first, second = np.random.default_rng(0).normal(size=(2, 30, 20))
    found = clustered_t_test(*(sample(side, np.arange(30)) for side in (first, second)))
    np.testing.assert_allclose(
        found.p_value, stats.ttest_ind(first, second, equal_var=False).pvalue, rtol=1e-10
    )
    np.testing.assert_allclose(design_effect(sample(first, np.arange(30))), 1, rtol=1e-10)


def test_pairs_in_groups_of_one_size_are_tested_by_the_means_of_groups():
    differences, groups = scenes(np.random.default_rng(0), 13, 5, 40, shared=0.4)
    found = clustered_paired_t_test(sample(differences, groups))
    expected = stats.ttest_1samp(differences.reshape(13, 5, 40).mean(1), 0)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-10)


@pytest.mark.parametrize("shared", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("num_groups", [10, 30])
def test_where_nothing_differs_alpha_is_rejected_and_far_more_if_groups_are_ignored(shared, num_groups):
    rng = np.random.default_rng([num_groups, int(10 * shared)])
    num_components = 10_000  # independent of each other
    sides = [sample(*scenes(rng, num_groups, 12, num_components, shared=shared)) for _ in range(2)]
    standard_error = 100 * np.sqrt(0.05 * 0.95 / num_components)
    clustered = percent_rejected(clustered_t_test(*sides).p_value, 0.05)
    plain = percent_rejected(student_t_test(sides[0].moments, sides[1].moments).p_value, 0.05)
    assert clustered == pytest.approx(5, abs=3 * standard_error)
    assert plain > 5 + 20 * standard_error


@pytest.mark.parametrize("num_groups", [2, 3, 5])
def test_with_few_groups_too_little_is_rejected_rather_than_too_much(num_groups):
    rng = np.random.default_rng(0)
    sides = [sample(*scenes(rng, num_groups, 12, 4000, shared=0.5)) for _ in range(2)]
    assert 1 < percent_rejected(clustered_t_test(*sides).p_value, 0.05) < 6


def test_the_design_effect_is_that_of_the_intra_class_correlation():
    values, groups = scenes(np.random.default_rng(0), 40, 11, 3000, shared=0.3)
    one = sample(values, groups)
    assert design_effect(one).mean() == pytest.approx(1 + 10 * 0.3, rel=0.05)
    assert design_effect(one, one).mean() == pytest.approx(1 + 10 * 0.3, rel=0.05)
    assert effective_n(one) == pytest.approx(440 / 4, rel=0.05)


def test_the_effective_n_is_at_most_n():
    values = np.tile([[1.0], [-1.0]], (20, 5)) + np.random.default_rng(0).normal(0, 0.1, (40, 5))
    assert effective_n(sample(values, np.arange(40) // 2)) == 40  # each group's mean is the same


def test_one_group_is_refused():
    values = np.random.default_rng(0).normal(size=(20, 3))
    with pytest.raises(InvalidInput, match="one side has 1"):
        clustered_t_test(sample(values, np.zeros(20)), sample(values, np.arange(20)))
