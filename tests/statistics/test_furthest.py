import numpy as np
import pytest

from synthgap_cli.statistics.furthest import furthest_rows
from synthgap_cli.statistics.rows import ArrayRows


@pytest.mark.parametrize("block_size", [1, 7, 100])
def test_the_rows_furthest_along_each_component_come_first(block_size):
    values = np.random.default_rng(0).normal(size=(50, 8))
    components, signs = np.array([5, 0, 2]), np.array([1, -1, 1])
    found = furthest_rows(ArrayRows(values, block_size).blocks(None), components, signs, count=4)
    expected = np.argsort(-(values[:, components] * signs), axis=0)[:4].T
    np.testing.assert_array_equal(found, expected)


def test_of_rows_that_lie_equally_far_none_is_named_rather_than_an_arbitrary_one():
    values = np.array([[0.0], [3.0], [0.0], [2.0], [0.0]])
    largest, smallest = (
        furthest_rows([values], np.array([0]), np.array([sign]), count=3) for sign in (1.0, -1.0)
    )
    np.testing.assert_array_equal(largest, [[1, 3, -1]])
    np.testing.assert_array_equal(smallest, [[0, 2, 4]])
    np.testing.assert_array_equal(
        furthest_rows([values], np.array([0]), np.array([-1.0]), count=2), [[-1, -1]]
    )


def test_there_are_no_more_than_there_are_rows():
    assert furthest_rows([np.eye(3)], np.array([0]), np.array([1.0]), count=9).shape == (1, 3)
