import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgap_cli.errors import UsageProblem
from synthgap_cli.statistics.splits import SPLITS, assign_splits, parse_fractions

group_lists = st.lists(st.sampled_from([f"scene {number}" for number in range(12)]), max_size=60)
seeds = st.integers(0, 2**32 - 1)
WAYS = ["group", "image"]


def shares(split):
    return np.array([(split == name).mean() for name in SPLITS])


@given(groups=group_lists, seed=seeds)
@settings(max_examples=60, deadline=None)
def test_no_group_straddles_two_splits(groups, seed):
    split = assign_splits(groups, seed=seed)
    seen = {}
    assert all(seen.setdefault(group, name) == name for group, name in zip(groups, split, strict=True))


@given(groups=group_lists, seed=seeds, by=st.sampled_from(WAYS))
@settings(max_examples=60, deadline=None)
def test_every_image_has_exactly_one_split(groups, seed, by):
    split = assign_splits(groups, seed=seed, by=by)
    assert split.shape == (len(groups),)
    assert set(split) <= set(SPLITS)


@given(groups=group_lists, seed=seeds, by=st.sampled_from(WAYS))
@settings(max_examples=60, deadline=None)
def test_from_three_groups_on_no_split_is_empty(groups, seed, by):
    count = len(set(groups)) if by == "group" else len(groups)
    split = assign_splits(groups, seed=seed, by=by)
    assert len(set(split)) == min(count, 3)


@given(groups=group_lists, seed=seeds, shuffled=st.randoms())
@settings(max_examples=60, deadline=None)
def test_the_split_of_a_group_does_not_depend_on_the_order_of_rows(groups, seed, shuffled):
    rows = list(range(len(groups)))
    shuffled.shuffle(rows)
    split = assign_splits(groups, seed=seed)
    again = assign_splits([groups[row] for row in rows], seed=seed)
    assert (again == split[rows]).all()


@pytest.mark.parametrize("by", WAYS)
def test_the_same_seed_gives_the_same_split_and_another_seed_another(by):
    groups = [f"{number % 30}" for number in range(300)]
    split = assign_splits(groups, seed=1, by=by)
    assert (split == assign_splits(groups, seed=1, by=by)).all()
    assert (split != assign_splits(groups, seed=2, by=by)).any()


@pytest.mark.parametrize("fractions", [(0.6, 0.2, 0.2), (1 / 3, 1 / 3, 1 / 3), (0.05, 0.05, 0.9)])
def test_images_are_shared_out_exactly_but_for_rounding(fractions):
    split = assign_splits([""] * 1001, fractions=fractions, seed=0, by="image")
    assert abs(shares(split) - fractions).max() <= 1 / 1001


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_as_near_as_the_sizes_of_five_groups_allow(seed):
    sizes = np.array([50, 21, 9, 13, 7])
    nearest = min(
        abs(np.bincount(split, weights=sizes, minlength=3) / 100 - (0.6, 0.2, 0.2)).max()
        for split in map(list, itertools.product(range(3), repeat=5))
    )
    split = assign_splits([str(group) for group, size in enumerate(sizes) for _ in range(size)], seed=seed)
    assert abs(shares(split) - (0.6, 0.2, 0.2)).max() == pytest.approx(nearest)


def test_shares_are_near_with_groups_of_very_different_sizes():
    sizes = np.random.default_rng(0).geometric(0.02, size=40)
    split = assign_splits([str(group) for group, size in enumerate(sizes) for _ in range(size)], seed=3)
    assert abs(shares(split) - (0.6, 0.2, 0.2)).max() < 0.01


def test_over_the_seeds_every_group_comes_into_every_split():
    groups = [str(number) for number in range(12)]
    seen = np.array([assign_splits(groups, seed=seed) for seed in range(60)])
    assert all(set(column) == set(SPLITS) for column in seen.T)


def test_one_group_trains_and_a_second_one_tests():
    assert set(assign_splits(["a"] * 5, seed=0)) == {"train"}
    assert set(assign_splits(["a", "b"], seed=0)) == {"train", "test"}
    assert assign_splits([], seed=0).shape == (0,)


@pytest.mark.parametrize("text", ["60/20/20", "0.6/0.2/0.2", " 60 / 20 / 20 ", "60.0/2e1/20"])
def test_percentages_and_fractions_mean_the_same(text):
    assert parse_fractions(text) == pytest.approx((0.6, 0.2, 0.2), abs=1e-12)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("60/40", "three numbers"),
        ("60/20/10/10", "three numbers"),
        ("60,20,20", "three numbers"),
        ("", "three numbers"),
        ("a/b/c", "three numbers"),
        ("60/20/30", "adds up to 110"),
        ("nan/20/20", "adds up to nan"),
        ("inf/20/20", "adds up to inf"),
        ("80/0/20", "leaves a part empty"),
        ("120/-40/20", "leaves a part empty"),
    ],
)
def test_a_nonsensical_split_says_why_and_shows_one_that_works(text, why):
    with pytest.raises(UsageProblem, match=why) as caught:
        parse_fractions(text)
    assert "60/20/20" in caught.value.hint
