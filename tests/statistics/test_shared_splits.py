"""One split a scene, whichever domain it is of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgap_cli.statistics.shared_splits import assign_shared_splits, share_groups
from synthgap_cli.statistics.splits import FRACTIONS, SPLITS, assign_splits

scenes = st.lists(st.sampled_from([f"scene {number}" for number in range(12)]), min_size=1, max_size=60)


@given(domains=st.lists(scenes, min_size=2, max_size=3), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_scene_lies_in_one_split_in_all_domains(domains, seed):
    splits = assign_shared_splits(domains, seed=seed)
    assert [len(split) for split in splits] == [len(groups) for groups in domains]
    seen = {}
    for groups, split in zip(domains, splits, strict=True):
        assert all(seen.setdefault(group, name) == name for group, name in zip(groups, split, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_domains_of_the_same_scenes_are_split_as_each_alone(seed):
    groups = [f"scene {number % 17}" for number in range(170)]
    alone = assign_splits(groups, seed=seed)
    first, second = assign_shared_splits([groups, groups[::-1]], seed=seed)
    assert (first == alone).all()
    assert (second == alone[::-1]).all()


def test_each_domain_comes_near_to_the_fractions_though_only_some_scenes_are_shared():
    rng = np.random.default_rng(0)
    first = [f"{number}" for number in rng.integers(0, 60, 600)]
    second = [f"{number}" for number in rng.integers(40, 90, 400)]
    for split in assign_shared_splits([first, second], seed=0):
        shares = [(split == name).mean() for name in SPLITS]
        assert np.abs(np.subtract(shares, FRACTIONS)).max() < 0.06


def test_sharing_is_having_a_name_in_common_and_no_name_is_none():
    assert share_groups([["a", "b"], ["b", "c"]])
    assert not share_groups([["a", "a"], ["b"]])
    assert not share_groups([["", "a"], ["", "b"]])
