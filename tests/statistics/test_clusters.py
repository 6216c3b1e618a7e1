import numpy as np
import pytest

from synthgap_cli.statistics.clusters import crowding
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.side import plan_side, read_side


def read(values, groups, *, repeats=0, block_size=33):
    source = ArrayRows(values, block_size)
    plan = plan_side(source, None, groups, repeats=repeats, rng=np.random.default_rng(0))
    return plan, read_side(plan, source.blocks(None))


def scenes(rng, sizes, num_components=4, shared=1.0):
    """Return rows that come in groups of these sizes, in order, and their groups."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    centres = rng.normal(0, np.sqrt(shared), (len(sizes), num_components))
    return 30 + centres[groups] + rng.normal(size=(len(groups), num_components)), groups


def of_statsmodels(values, groups, *, correct):
    """Return the squared cluster-robust errors of the means, each from a regression on a constant."""
    linear = pytest.importorskip("statsmodels.api")
    options = {"groups": groups, "use_correction": correct}
    fits = [
        linear.OLS(column, np.ones(len(column))).fit(cov_type="cluster", cov_kwds=options)
        for column in values.T
    ]
    return np.array([fit.bse[0] ** 2 for fit in fits])


def test_groups_of_one_size_give_the_errors_of_statsmodels():
    values, groups = scenes(np.random.default_rng(0), np.full(14, 9))
    _, found = read(values, groups)
    np.testing.assert_allclose(
        found.whole.mean_error.squared, of_statsmodels(values, groups, correct=True), rtol=1e-10
    )


def test_groups_of_many_sizes_give_the_errors_of_statsmodels_but_for_the_correction():
    rng = np.random.default_rng(0)
    sizes = np.array([1, 1, 2, 3, 5, 8, 13, 21, 40, 2, 2, 9])
    values, groups = scenes(rng, sizes)
    _, found = read(values, groups)
    square, cube = (sizes**2).sum(), (sizes**3).sum()
    n = sizes.sum()
    correction = square / (square - 2 * cube / n + square**2 / n**2)
    assert correction > len(sizes) / (len(sizes) - 1)
    np.testing.assert_allclose(
        found.whole.mean_error.squared, correction * of_statsmodels(values, groups, correct=False), rtol=1e-10
    )


@pytest.mark.parametrize("order", ["as they come", "interleaved", "one comes back"])
@pytest.mark.parametrize("block_size", [1, 7, 500])
def test_the_order_of_rows_does_not_matter(order, block_size):
    rng = np.random.default_rng(0)
    values, groups = scenes(rng, np.array([5, 9, 30, 2, 14, 8, 8, 21, 3, 11]))
    _, expected = read(values, groups)
    shuffled = {
        "as they come": np.arange(len(values)),
        "interleaved": rng.permutation(len(values)),
        "one comes back": np.roll(np.arange(len(values)), 3),
    }[order]
    _, found = read(values[shuffled], groups[shuffled], block_size=block_size)
    np.testing.assert_allclose(found.whole.mean_error.squared, expected.whole.mean_error.squared, rtol=1e-10)
    assert found.whole.mean_error.num_groups == 10


def test_halves_by_group_have_the_errors_of_their_own_groups():
    values, groups = scenes(np.random.default_rng(0), np.array([5, 9, 30, 2, 14, 8, 8, 21, 3, 11]))
    plan, found = read(values, groups, repeats=3)
    for number, half in enumerate(found.group_halves):
        mask = plan.group_halves[:, number // 2] == (number % 2 == 0)
        _, alone = read(values[mask], groups[mask])
        np.testing.assert_allclose(half.mean_error.squared, alone.whole.mean_error.squared, rtol=1e-9)
        assert half.mean_error.num_groups == len(set(groups[mask]))
        assert half.mean_error.crowding == pytest.approx(alone.whole.mean_error.crowding)


@pytest.mark.parametrize("shared", [0.0, 5.0])
def test_the_squared_error_is_unbiased_where_groups_have_one_size(shared):
    values, groups = scenes(np.random.default_rng(0), np.full(8, 5), num_components=20_000, shared=shared)
    _, found = read(values, groups)
    assert found.whole.mean_error.squared.mean() == pytest.approx((shared + 1 / 5) / 8, rel=0.03)


def test_one_group_tells_nothing_of_the_error():
    values, groups = scenes(np.random.default_rng(0), np.array([20]))
    _, found = read(values, groups)
    assert np.isnan(found.whole.mean_error.squared).all()


def test_a_constant_component_has_an_error_of_exactly_zero():
    values, groups = scenes(np.random.default_rng(0), np.full(10, 4))
    values[:, 1] = 0.1
    _, found = read(values, groups)
    assert found.whole.mean_error.squared[1] == 0
    assert (found.whole.mean_error.squared[[0, 2, 3]] > 0).all()


def test_crowding_is_the_size_of_the_groups_weighted_by_rows():
    assert crowding(np.array([6, 6, 6])) == 6
    assert crowding(np.array([1, 9])) == pytest.approx(8.2)
