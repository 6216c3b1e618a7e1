import numpy as np
import pytest
from scipy import stats

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.corrections import holm
from synthgap_cli.statistics.expected_null import Fitted
from synthgap_cli.statistics.rows import ArrayRows


def rows_of(values, block_size=64):
    return ArrayRows(values.astype(np.float32), block_size=block_size)


def clustered(rng, *, num_groups, per_group, num_components, shared):
    """Return rows and their groups; ``shared`` is the variance between groups, that within is 1."""
    groups = np.repeat(np.arange(num_groups), per_group)
    centres = rng.normal(0, np.sqrt(shared), (num_groups, num_components))
    return centres[groups] + rng.normal(size=(len(groups), num_components)), groups


@pytest.mark.parametrize("test", ["student", "welch"])
def test_components_are_tested_as_by_scipy(test):
    rng = np.random.default_rng(0)
    reference, candidate = rng.normal(0.2, 1, (150, 40)), rng.normal(0, 2, (90, 40))
    found = compare(rows_of(reference), rows_of(candidate), test=test, repeats=2)
    expected = stats.ttest_ind(
        *(side.astype(np.float32).astype(np.float64) for side in (reference, candidate)),
        equal_var=test == "student",
    )
    np.testing.assert_allclose(found.outcome.p_value, expected.pvalue, rtol=1e-10)
    np.testing.assert_allclose(found.outcome.statistic, expected.statistic, rtol=1e-10)
    np.testing.assert_allclose(found.adjusted["holm"], holm(expected.pvalue), rtol=1e-10)
    assert found.percent == pytest.approx(100 * np.mean(expected.pvalue <= 0.05))
    assert found.percent_by_correction["holm"] == pytest.approx(100 * np.mean(holm(expected.pvalue) <= 0.05))
    assert (found.reference.n, found.candidate.n, found.live) == (150, 90, 40)


def test_both_tests_are_reported_whichever_leads():
    rng = np.random.default_rng(0)
    sides = rows_of(rng.normal(0, 5, (15, 400))), rows_of(rng.normal(0, 1, (60, 400)))
    student, welch = (compare(*sides, test=test, repeats=0) for test in ("student", "welch"))
    assert student.percent_by_test == welch.percent_by_test
    assert student.percent == student.percent_by_test["student"]
    assert welch.percent == student.percent_by_test["welch"]
    assert student.percent > welch.percent


def test_rows_that_were_not_chosen_do_not_count():
    rng = np.random.default_rng(0)
    reference, candidate = rng.normal(size=(2, 100, 10))
    groups = np.repeat(np.arange(20), 5)
    chosen = np.arange(0, 100, 2)
    poisoned = reference.copy()
    poisoned[1::2] = np.nan
    found = compare(
        rows_of(poisoned), rows_of(candidate), reference_rows=chosen, reference_groups=groups, repeats=3
    )
    alone = compare(
        rows_of(reference[chosen]), rows_of(candidate), reference_groups=groups[chosen], repeats=3
    )
    np.testing.assert_array_equal(found.outcome.p_value, alone.outcome.p_value)
    assert found.reference_by_group == alone.reference_by_group
    assert found.reference_groups == 20
    assert found.candidate_groups is None


def test_block_size_does_not_matter_and_a_seed_repeats_everything():
    reference, candidate = np.random.default_rng(0).normal(size=(2, 200, 300))
    one = compare(rows_of(reference, 7), rows_of(candidate, 200), seed=5)
    two = compare(rows_of(reference, 100), rows_of(candidate, 13), seed=5)
    np.testing.assert_allclose(one.outcome.p_value, two.outcome.p_value, rtol=1e-10)
    for floor in ("reference_by_image", "candidate_by_image", "percent_at_half"):
        assert getattr(one, floor) == getattr(two, floor)
    other = compare(rows_of(reference), rows_of(candidate), seed=6)
    assert other.reference_by_image != one.reference_by_image


def test_knowing_the_groups_does_not_change_the_other_floors():
    reference, candidate = np.random.default_rng(0).normal(size=(2, 60, 100))
    groups = np.repeat(np.arange(12), 5)
    without = compare(rows_of(reference), rows_of(candidate))
    known = compare(rows_of(reference), rows_of(candidate), reference_groups=groups, candidate_groups=groups)
    assert known.reference_by_image == without.reference_by_image
    assert known.candidate_by_image == without.candidate_by_image
    assert known.percent_at_half == without.percent_at_half
    assert np.isnan(without.reference_by_group.mean)
    assert (
        known.reference_by_group.minimum <= known.reference_by_group.mean <= known.reference_by_group.maximum
    )


@pytest.mark.parametrize("test", ["student", "welch"])
def test_under_a_true_null_every_percentage_averages_alpha(test):
    percents = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        sides = [rows_of(rng.normal(size=(60, 100))) for _ in range(2)]
        groups = np.repeat(np.arange(20), 3)
        found = compare(
            *sides, reference_groups=groups, candidate_groups=groups, test=test, repeats=5, seed=seed
        )
        floors = (
            found.reference_by_image,
            found.candidate_by_image,
            found.reference_by_group,
            found.candidate_by_group,
            found.percent_at_half,
        )
        percents.append([found.percent, *(floor.mean for floor in floors)])
        assert found.percent_expected == 5
    np.testing.assert_allclose(np.mean(percents, axis=0), 5, atol=1)


def test_halves_by_group_see_the_scenes_that_halves_by_image_hide():
    rng = np.random.default_rng(0)
    values, groups = clustered(rng, num_groups=20, per_group=40, num_components=300, shared=1)
    found = compare(rows_of(values), rows_of(values[::-1]), reference_groups=groups, candidate_groups=groups)
    assert found.reference_by_image.mean == pytest.approx(5, abs=2)
    assert found.reference_by_group.mean > 50


def test_at_half_the_rows_less_is_rejected_than_at_all():
    rng = np.random.default_rng(0)
    found = compare(rows_of(rng.normal(0.25, 1, (200, 200))), rows_of(rng.normal(0, 1, (200, 200))))
    assert found.percent_at_half.mean < found.percent - 15
    assert found.percent_at_half.mean > found.reference_by_image.mean + 15


def test_dead_components_are_counted_apart():
    reference, candidate = np.random.default_rng(0).normal(size=(2, 50, 10))
    reference[:, :3] = candidate[:, :3] = 0
    reference[:, 3] = 1
    candidate[:, 3] = 2
    reference[:, 4] += 10
    found = compare(rows_of(reference), rows_of(candidate), repeats=2)
    assert (found.dead_equal, found.dead_different, found.live) == (3, 1, 6)
    alone = compare(rows_of(reference[:, 4:]), rows_of(candidate[:, 4:]), repeats=2)
    assert found.percent == alone.percent > 0
    assert found.effects == alone.effects
    assert found.reference_by_image == alone.reference_by_image
    np.testing.assert_array_equal(found.adjusted["holm"][4:], alone.adjusted["holm"])


def test_what_a_shift_fitted_before_adds_to_the_null_is_reported():
    values = np.random.default_rng(0).normal(size=(10, 3))
    found = compare(rows_of(values), rows_of(values), repeats=0, fitted=Fitted("other rows", (10, 10)))
    assert found.percent_expected == pytest.approx(16.6, abs=0.05)


def test_too_few_rows_for_halves_leave_the_floors_unknown():
    reference, candidate = np.random.default_rng(0).normal(size=(2, 3, 10))
    found = compare(rows_of(reference), rows_of(candidate))
    assert np.isnan(found.reference_by_image.mean)
    assert not np.isnan(found.percent)


def test_a_single_group_leaves_the_floor_by_group_unknown():
    values = np.random.default_rng(0).normal(size=(20, 10))
    found = compare(rows_of(values), rows_of(values), reference_groups=np.zeros(20))
    assert found.reference_groups == 1
    assert np.isnan(found.reference_by_group.mean)


@pytest.mark.parametrize("num_rows", [0, 1])
def test_a_side_with_fewer_than_two_rows_is_refused(num_rows):
    values = np.random.default_rng(0).normal(size=(20, 10))
    with pytest.raises(InvalidInput, match="no rows" if num_rows == 0 else "has 1"):
        compare(rows_of(values), rows_of(values[:num_rows]))


def test_tables_of_different_width_are_refused_before_they_are_read():
    narrow, wide = np.full((9, 3), np.nan), np.ones((9, 4))
    with pytest.raises(InvalidInput, match="3 components, the other 4"):
        compare(rows_of(narrow), rows_of(wide))


def test_each_table_is_read_once():
    class Counting(ArrayRows):
        def blocks(self, rows):
            reads.append(self)
            return super().blocks(rows)

    reads = []
    groups = np.repeat(np.arange(5), 4)
    sides = [Counting(np.random.default_rng(seed).normal(size=(20, 3))) for seed in range(2)]
    compare(*sides, reference_groups=groups, candidate_groups=groups)
    assert len(reads) == 2


def test_knowing_enough_groups_makes_the_clustered_test_lead():
    rng = np.random.default_rng(0)
    (first, groups), (second, _) = (
        clustered(rng, num_groups=12, per_group=20, num_components=400, shared=1) for _ in range(2)
    )
    labels = {"reference_groups": groups, "candidate_groups": groups}
    found = compare(rows_of(first), rows_of(second), **labels, repeats=5)
    assert found.lead is found.t_test is found.clustered.outcome
    assert found.clustered.percent < 12 < found.percent
    assert found.clustered.reference_by_group.mean < 12 < found.reference_by_group.mean
    assert max(found.clustered.effective_sizes) < 30
    np.testing.assert_array_equal(found.adjusted["holm"], holm(found.clustered.outcome.p_value))
    plain = compare(rows_of(first), rows_of(second), **labels, cluster=False, repeats=5)
    assert plain.clustered is None and plain.lead is plain.outcome
    assert plain.smallest_detectable < found.smallest_detectable / 2
    assert plain.percent == found.percent


def test_nine_groups_a_side_are_too_few_for_a_clustered_test():
    values, groups = clustered(
        np.random.default_rng(0), num_groups=9, per_group=4, num_components=5, shared=1
    )
    found = compare(rows_of(values), rows_of(values), reference_groups=groups, candidate_groups=groups)
    assert found.clustered is None


def test_tables_in_which_nothing_varies_are_told_as_such():
    groups = np.arange(30) // 3
    found = compare(
        rows_of(np.ones((30, 4))), rows_of(np.ones((30, 4))), reference_groups=groups, candidate_groups=groups
    )
    assert found.live == 0
    assert np.isnan([found.percent, found.clustered.percent, found.effective_components]).all()
