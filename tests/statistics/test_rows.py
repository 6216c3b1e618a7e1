import numpy as np
import pytest

from synthgap_cli.statistics.rows import ArrayRows, count_rows


@pytest.mark.parametrize("rows", [None, np.array([1, 2, 5, 9]), np.array([], dtype=int)])
@pytest.mark.parametrize("block_size", [1, 3, 100])
def test_blocks_hold_the_rows_asked_for(rows, block_size):
    values = np.arange(30.0).reshape(10, 3)
    table = ArrayRows(values, block_size=block_size)
    expected = values if rows is None else values[rows]
    for _ in range(2):  # a table can be read again
        blocks = list(table.blocks(rows))
        assert all(len(block) <= block_size for block in blocks)
        np.testing.assert_array_equal(np.concatenate([values[:0], *blocks]), expected)
    assert count_rows(table, rows) == len(expected)
