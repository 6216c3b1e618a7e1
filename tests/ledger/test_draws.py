"""The comparisons that all views of a ledger make."""

import numpy as np
import pytest

from synthgap_cli.ledger.draws import SIDE_OF_SET, permutations_for, plan_ledger
from synthgap_cli.ledger.pairs import PAIRS

REPEATS, PERMUTATIONS = 5, 9
BY_NAME = {pair.name: pair for pair in PAIRS}


@pytest.fixture
def plan(rows):
    return plan_ledger(rows, repeats=REPEATS, permutations=PERMUTATIONS, seed=0)


def sets_and_images(members):
    """Return the set and the image (of its side) of each row of a subset of the pool."""
    places = np.flatnonzero(members)
    size = len(members) // 5
    return places // size, places % size


def test_every_comparison_is_of_its_two_sets_at_one_size(plan):
    assert set(plan.of_pair) == set(BY_NAME)
    for name, draws in plan.of_pair.items():
        assert len(draws) == REPEATS
        for first, second in plan.halves.pairs[draws]:
            for subset, wanted in ((first, BY_NAME[name].first), (second, BY_NAME[name].second)):
                of, _ = sets_and_images(plan.halves.members[:, subset])
                assert set(of) == {wanted}
                assert len(of) == plan.rows_per_half


def test_no_image_and_no_scene_is_on_both_sides_of_a_comparison_of_halves(plan):
    for first, second in plan.halves.pairs:
        groups = [set(plan.halves.groups[plan.halves.rows(subset)]) for subset in (first, second)]
        assert not groups[0] & groups[1]


def test_all_versions_of_a_side_are_cut_alike(plan):
    pairs = {name: plan.halves.pairs[draws] for name, draws in plan.of_pair.items()}
    for repeat in range(REPEATS):
        before, after = (pairs[name][repeat] for name in ("R'/S'", "R'/T"))
        assert before[0] == after[0]
        images = [sets_and_images(plan.halves.members[:, of])[1] for of in (before[1], after[1])]
        np.testing.assert_array_equal(*images)


def test_versions_of_an_image_share_a_group_and_sides_do_not(plan):
    by_set = plan.halves.groups.reshape(5, -1)
    for one, side in zip(by_set, SIDE_OF_SET, strict=True):
        np.testing.assert_array_equal(one, by_set[side])
    assert not set(by_set[0]) & set(by_set[1])


def test_a_relabelling_keeps_scenes_whole_and_versions_opposite(plan):
    per_pair = PERMUTATIONS + 1
    for place, name in enumerate(plan.tested):
        pair = BY_NAME[name]
        for first, second in plan.tests.pairs[place * per_pair :][:per_pair]:
            members = [plan.tests.members[:, of] for of in (first, second)]
            assert not (members[0] & members[1]).any()
            assert members[0].sum() == members[1].sum()
            for of in members:
                _, images = sets_and_images(of)
                if pair.judged == "paired":  # every image once, in either version
                    assert sorted(images) == list(range(len(of) // 5))
                for scene in np.unique(plan.tests.groups[of]):
                    whole = (plan.tests.groups == scene) & np.isin(
                        np.arange(len(of)) // (len(of) // 5), sorted({pair.first, pair.second})
                    )
                    versions = 2 if pair.judged == "paired" else 1
                    assert of[whole].sum() * versions == whole.sum()


def test_in_each_repeat_comparisons_hang_together_by_halves(plan):
    for repeat in plan.halves.pairs.reshape(REPEATS, len(PAIRS), 2):
        for place in range(1, len(PAIRS)):
            assert np.isin(repeat[place], repeat[:place]).any(), "or a distance would read it twice"
    assert plan.halves.members.shape[1] == 8 * REPEATS


def test_enough_relabellings_for_the_last_of_many_judges():
    assert permutations_for(3) == 119
    for judges in (3, 11, 40):
        assert judges / (permutations_for(judges) + 1) <= 0.05
