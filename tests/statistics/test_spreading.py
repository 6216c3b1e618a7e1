import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthgap_cli.statistics.spreading import spread_over_groups

GROUPS = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=40)


@given(GROUPS, st.integers(1, 50))
def test_rows_are_picked_once_ascending_from_as_many_groups_as_there_are(names, count):
    groups = np.array(names, dtype=object)
    rows = spread_over_groups(groups, count)
    assert len(rows) == min(count, len(groups))
    assert (np.diff(rows) > 0).all() and rows.min() >= 0 and rows.max() < len(groups)
    assert len(set(groups[rows])) == min(count, len(set(names)))


def test_groups_have_equal_shares_where_they_have_enough_rows():
    groups = np.array(["a"] * 100 + ["b"] * 4 + ["c"] * 1, dtype=object)
    picked = groups[spread_over_groups(groups, 9)].tolist()
    assert [picked.count(name) for name in "abc"] == [4, 4, 1]


def test_of_too_many_groups_the_first_and_the_last_are_among_those_picked():
    groups = np.array([f"{name:03}" for name in range(100)], dtype=object)
    assert spread_over_groups(groups, 3).tolist() == [0, 50, 99]
