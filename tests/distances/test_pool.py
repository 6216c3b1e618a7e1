import numpy as np
import pytest

from synthgap_cli.distances.pool import PooledRows, in_blocks_of, read_rows
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.rows import ArrayRows

FIRST, SECOND = np.arange(40.0).reshape(20, 2), -np.arange(30.0).reshape(15, 2)
CHOSEN = np.arange(0, 20, 3), np.arange(1, 15, 2)
POOL = PooledRows(ArrayRows(FIRST, 6), ArrayRows(SECOND, 4), *CHOSEN)
POOLED = np.concatenate([FIRST[CHOSEN[0]], SECOND[CHOSEN[1]]])


def test_the_reference_comes_first():
    assert POOL.shape == (14, 2)
    assert POOL.num_reference == 7
    np.testing.assert_array_equal(read_rows(POOL, None), POOLED)


@pytest.mark.parametrize("rows", [[0, 3, 9], [2, 6], [7, 13], list(range(14))], ids=str)
def test_pooled_rows_are_found_on_their_side(rows):
    np.testing.assert_array_equal(read_rows(POOL, np.array(rows)), POOLED[rows])


@pytest.mark.parametrize("size", [1, 5, 7, 14, 100])
def test_blocks_of_any_size_hold_every_row_once_in_float64(size):
    blocks = list(in_blocks_of(size, POOL))
    assert all(len(block) == size for block in blocks[:-1])
    assert all(block.dtype == np.float64 for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), POOLED)


def test_sides_of_different_length_are_refused():
    with pytest.raises(InvalidInput, match="2 components, the other 3"):
        PooledRows(ArrayRows(FIRST), ArrayRows(np.zeros((4, 3))))
