import tracemalloc

import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.side import KEPT_ROWS, plan_side, read_side


def read(values, groups=None, *, repeats=3, block_size=33, rows=None, seed=0):
    """Return a plan and what reading it finds."""
    source = ArrayRows(values, block_size)
    plan = plan_side(source, rows, groups, repeats=repeats, rng=np.random.default_rng(seed))
    return plan, read_side(plan, source.blocks(rows))


def assert_same(moments, values, rtol=1e-10):
    exact = values.astype(np.longdouble)
    assert moments.n == len(values)
    np.testing.assert_allclose(moments.mean, exact.mean(axis=0), rtol=rtol)
    np.testing.assert_allclose(moments.variance, exact.var(axis=0, ddof=1), rtol=rtol)


def masks(in_first):
    """Both halves of every repeat, in the order in which they are told."""
    return [mask for first in in_first.T for mask in (first, ~first)]


def both_kinds(plan, found):
    return [(found.image_halves, plan.image_halves), (found.group_halves, plan.group_halves)]


@pytest.mark.parametrize("block_size", [1, 33, 1000])
def test_each_half_has_the_moments_of_its_own_rows(block_size):
    rng = np.random.default_rng(0)
    values, groups = rng.normal(5, 2, (200, 6)).astype(np.float32), rng.integers(0, 23, 200)
    plan, found = read(values, groups, block_size=block_size)
    assert_same(found.whole.moments, values)
    for halves, in_first in (
        (found.image_halves, plan.image_halves),
        (found.group_halves, plan.group_halves),
    ):
        assert len(halves) == 6
        for half, mask in zip(halves, masks(in_first), strict=True):
            assert_same(half.moments, values[mask])


def test_halves_keep_their_accuracy_where_means_are_a_million_times_the_spread():
    values = np.random.default_rng(0).normal(1e6, 1, (2000, 3))
    plan, found = read(values, np.arange(2000) // 20)
    for halves, in_first in (
        (found.image_halves, plan.image_halves),
        (found.group_halves, plan.group_halves),
    ):
        for half, mask in zip(halves, masks(in_first), strict=True):
            exact = values[mask].astype(np.longdouble)
            np.testing.assert_allclose(half.moments.variance, exact.var(axis=0, ddof=1), rtol=1e-10)


def test_a_half_in_which_a_component_is_constant_has_a_variance_of_exactly_zero():
    values = np.zeros((400, 50))
    values[7] = np.random.default_rng(0).normal(0, 30, 50)  # one image alone sees something
    _, found = read(values, np.arange(400) // 10)
    for pair in (found.image_halves[:2], found.group_halves[:2]):
        constant = [(half.moments.variance == 0).all() for half in pair]
        assert sorted(constant) == [False, True]


def test_a_row_that_is_in_no_half_is_still_checked():
    values = np.ones((20, 4))
    values[9, 2] = np.nan
    with pytest.raises(InvalidInput, match="Component 2 "):
        read(values, repeats=0)


def test_the_rows_kept_are_spread_over_the_side():
    values = np.random.default_rng(0).normal(size=(1000, 3))
    groups = np.arange(1000) // 10
    _, found = read(values, groups)
    assert found.kept.shape == (KEPT_ROWS, 3)
    positions = [int(np.flatnonzero(np.isclose(values[:, 0], row[0]))[0]) for row in found.kept]
    assert positions[0] == 0 and positions[-1] == 999
    assert np.diff(positions).max() <= 5
    np.testing.assert_array_equal(found.kept_groups, groups[positions])
    few, alone = read(values[:7])
    assert len(alone.kept) == len(np.unique(alone.kept_groups)) == few.num_rows == 7


def test_groups_are_those_of_the_rows_that_are_read():
    values = np.random.default_rng(0).normal(size=(100, 3))
    rows = np.arange(0, 100, 3)
    plan, found = read(values, np.repeat(["a", "b", "c", "d"], 25), rows=rows[rows < 60])
    assert plan.num_groups == found.whole.mean_error.num_groups == 3
    assert_same(found.whole.moments, values[rows[rows < 60]])


def test_memory_does_not_grow_with_rows_or_groups_that_come_in_order():
    block = np.random.default_rng(0).random((100, 200))

    def peak(num_blocks):
        source = ArrayRows(np.broadcast_to(block[0], (100 * num_blocks, 200)))
        groups = np.arange(100 * num_blocks) // 5
        plan = plan_side(source, None, groups, repeats=4, rng=np.random.default_rng(0))
        tracemalloc.start()
        read_side(plan, (block for _ in range(num_blocks)))
        _, used = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return used - 40 * len(groups) - 8 * (len(groups) // 5) * 5  # labels and memberships, not values

    assert peak(100) < 1.5 * peak(5)
