import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.moments import (
    Moments,
    mean_difference,
    merge,
    pooled_variance,
    stream_moments,
)
from synthgap_cli.statistics.rows import ArrayRows


def blocks_of(values, size=7):
    return ArrayRows(values, block_size=size).blocks(None)


def assert_same(found: Moments, values, rtol=1e-10):
    assert found.n == len(values)
    assert found.mean.dtype == found.variance.dtype == np.float64
    np.testing.assert_allclose(found.mean, np.mean(values, axis=0, dtype=np.longdouble), rtol=rtol)
    np.testing.assert_allclose(found.variance, np.var(values, axis=0, ddof=1, dtype=np.longdouble), rtol=rtol)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("block_size", [1, 7, 100])
def test_moments_equal_a_two_pass_oracle(dtype, block_size):
    values = np.random.default_rng(0).normal(3, 2, (100, 5)).astype(dtype)
    assert_same(stream_moments(blocks_of(values, block_size)), values)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_means_a_million_times_the_spread_lose_nothing(dtype):
    # for float32, a million times the spread leaves about sixteen levels: coarse, but exact
    values = np.random.default_rng(0).normal(1e6, 1, (3000, 4)).astype(dtype)
    found = stream_moments(blocks_of(values, 100))
    exact = values.astype(np.longdouble) - 10**6  # or the oracle itself would round
    np.testing.assert_allclose(found.variance, exact.var(axis=0, ddof=1), rtol=1e-12)
    carried = found.mean.astype(np.longdouble) - 10**6 + found.mean_remainder
    np.testing.assert_allclose(carried, exact.mean(axis=0), rtol=1e-10)


def test_a_first_block_far_from_the_rest_costs_no_accuracy():
    values = np.random.default_rng(0).normal(0, 1, (5000, 3))
    values[:10] += 1e4
    assert_same(stream_moments(blocks_of(values, 10)), values)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 40))
def test_block_size_and_row_order_do_not_matter(seed, num_rows, block_size):
    rng = np.random.default_rng(seed)
    values = rng.normal(10, 1, (num_rows, 3))
    whole = stream_moments([values])
    cut = stream_moments(blocks_of(rng.permutation(values), block_size))
    np.testing.assert_allclose(cut.mean, whole.mean, rtol=1e-12)
    np.testing.assert_allclose(cut.variance, whole.variance, rtol=1e-10)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-30, -12345.678])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_component_has_a_variance_of_exactly_zero(value, dtype):
    values = np.full((1001, 2), value, dtype=dtype)
    found = stream_moments(blocks_of(values, 10))
    np.testing.assert_array_equal(found.variance, 0)
    np.testing.assert_array_equal(found.mean, values[0].astype(np.float64))
    np.testing.assert_array_equal(found.mean_remainder, 0)  # or two equal constants would seem to differ


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("row", [0, 17])
def test_the_first_component_that_is_not_finite_is_named(bad, row):
    values = np.ones((20, 6), dtype=np.float32)
    values[row, [5, 3]] = bad
    with pytest.raises(InvalidInput, match="Component 3 "):
        stream_moments(blocks_of(values))


def test_no_rows_are_an_error():
    with pytest.raises(InvalidInput, match="no rows"):
        stream_moments([])


@pytest.mark.parametrize("cut", [1, 30, 99])
def test_merged_moments_are_those_of_all_rows(cut):
    values = np.random.default_rng(0).normal(1e6, 1, (100, 4))
    values[cut:] += 3
    merged = merge(stream_moments([values[:cut]]), stream_moments([values[cut:]]))
    whole = stream_moments([values])
    assert merged.n == 100
    np.testing.assert_allclose(merged.variance, whole.variance, rtol=1e-11)
    np.testing.assert_allclose(mean_difference(merged, whole), 0, atol=1e-13)


def test_merging_is_symmetric():
    rng = np.random.default_rng(0)
    first, second = stream_moments([rng.normal(size=(9, 4))]), stream_moments([rng.normal(size=(5, 4))])
    one, other = merge(first, second), merge(second, first)
    np.testing.assert_allclose(one.mean, other.mean, rtol=1e-13)
    np.testing.assert_allclose(one.variance, other.variance, rtol=1e-13)


def test_pooled_variance_weighs_by_degrees_of_freedom():
    rng = np.random.default_rng(0)
    first, second = rng.normal(0, 1, (30, 2)), rng.normal(5, 3, (6, 2))
    centred = np.concatenate([first - first.mean(axis=0), second - second.mean(axis=0)])
    found = pooled_variance(stream_moments([first]), stream_moments([second]))
    np.testing.assert_allclose(found, (centred**2).sum(axis=0) / 34, rtol=1e-12)


def test_tables_of_different_width_are_refused():
    with pytest.raises(InvalidInput, match="3 components, the other 4"):
        mean_difference(stream_moments([np.ones((2, 3))]), stream_moments([np.ones((2, 4))]))


def test_memory_does_not_grow_with_the_rows():
    block = np.random.default_rng(0).random((100, 50), dtype=np.float32)

    def peak(num_blocks):
        tracemalloc.start()
        stream_moments(block for _ in range(num_blocks))
        _, used = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return used

    assert peak(200) < 1.5 * peak(2)
