import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgap_cli.statistics.halves import halves_by_group, halves_by_image


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("num_rows", [0, 1, 2, 9, 100])
def test_halves_by_image_share_no_row_and_leave_none_out(num_rows):
    halves = halves_by_image(num_rows, repeats=5, rng=rng())
    assert halves.dtype == bool
    assert halves.shape == (num_rows, 10)
    np.testing.assert_array_equal(halves[:, ::2], ~halves[:, 1::2])
    np.testing.assert_array_equal(halves[:, ::2].sum(axis=0), (num_rows + 1) // 2)


def test_repeats_are_different_halves_and_a_seed_repeats_them():
    halves = halves_by_image(100, repeats=20, rng=rng())
    assert len(np.unique(halves, axis=1).T) == 40
    np.testing.assert_array_equal(halves, halves_by_image(100, repeats=20, rng=rng()))
    assert (halves != halves_by_image(100, repeats=20, rng=np.random.default_rng(1))).any()


def test_every_row_is_as_often_in_the_first_half():
    share = halves_by_image(20, repeats=4000, rng=rng())[:, ::2].mean(axis=1)
    np.testing.assert_allclose(share, 0.5, atol=0.04)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=25), st.integers(0, 99))
def test_halves_by_group_cut_no_group_and_differ_by_no_more_than_the_largest(sizes, seed):
    groups = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    halves = halves_by_group(groups, repeats=4, rng=np.random.default_rng(seed))
    assert halves.shape == (sum(sizes), 8)
    np.testing.assert_array_equal(halves[:, ::2], ~halves[:, 1::2])
    for half in halves.T:
        assert 0 < half.sum() < len(half)
        assert not set(groups[half]) & set(groups[~half])
    rows_in_half = halves.sum(axis=0).reshape(-1, 2)
    assert (abs(np.diff(rows_in_half, axis=1)) <= max(sizes)).all()


def test_one_large_group_is_evened_out_by_the_small_ones():
    groups = np.array(["large"] * 60 + [f"small {i}" for i in range(60)])
    halves = halves_by_group(groups, repeats=10, rng=rng())
    np.testing.assert_array_equal(halves.sum(axis=0), 60)


def test_the_largest_group_is_as_often_in_either_half():
    groups = np.repeat(np.arange(10), [60, *[6] * 9])
    share = halves_by_group(groups, repeats=1000, rng=rng())[0, ::2].mean()
    assert share == pytest.approx(0.5, abs=0.05)


def test_any_two_groups_of_like_size_meet_about_as_often_as_not():
    groups = np.repeat(np.arange(12), [5, 6, 7, 5, 6, 7, 5, 6, 7, 5, 6, 7])
    first = halves_by_group(groups, repeats=2000, rng=rng())[np.searchsorted(groups, np.arange(12)), ::2]
    together = (first[:, None] == first[None]).mean(axis=2)[~np.eye(12, dtype=bool)]
    np.testing.assert_allclose(together, 5 / 11, atol=0.12)


def test_labels_may_be_text():
    groups = np.array(["scene a", "scene b", "scene b", "scene c"], dtype=object)
    halves = halves_by_group(groups, repeats=3, rng=rng())
    np.testing.assert_array_equal(halves[1], halves[2])
