"""The comparisons that all views of a ledger make."""

import numpy as np
import pytest

from synthgap_cli.ledger.draws import permutations_for, plan_ledger
from synthgap_cli.ledger.pairs import DECODED, FAMILIES, FULL_SIZE

REPEATS, PERMUTATIONS = 5, 9
BY_NAME = {pair.name: pair for family in FAMILIES for pair in family.pairs}


@pytest.fixture(params=FAMILIES, ids=["full size", "decoded"])
def family(request):
    return request.param


@pytest.fixture
def plan(family, rows):
    return plan_ledger(family, rows, repeats=REPEATS, permutations=PERMUTATIONS, seed=0)


@pytest.fixture(params=["originals", "shifted"])
def compared(plan, request):
    return getattr(plan, request.param)


@pytest.fixture
def size(rows):
    return len(rows.tested[0].rows)


def sets_and_images(members, size):
    """Return the set and the image (of its side) of each row of a subset of the pool."""
    places = np.flatnonzero(members)
    return places // size, places % size


def test_only_pairs_with_the_outcome_draw_from_a_pool_that_has_it(plan, family, size):
    for compared in (plan.originals, plan.shifted):
        assert len(compared.halves.groups) == len(compared.tests.groups) == len(compared.sets) * size
        for name in compared.of_pair:
            sides = BY_NAME[name].first, BY_NAME[name].second
            assert (family.outcome in sides) == (family.outcome in compared.sets)
    assert {*plan.originals.of_pair, *plan.shifted.of_pair} == {pair.name for pair in family.pairs}
    assert {*plan.originals.tested, *plan.shifted.tested} == {
        pair.name for pair in family.pairs if pair.judged != "halves"
    }


def test_every_comparison_is_of_its_two_sets_at_one_size(plan, compared, size):
    for name, draws in compared.of_pair.items():
        assert len(draws) == REPEATS
        for first, second in compared.halves.pairs[draws]:
            for subset, wanted in ((first, BY_NAME[name].first), (second, BY_NAME[name].second)):
                of, _ = sets_and_images(compared.halves.members[:, subset], size)
                assert {compared.sets[place] for place in of} == {wanted}
                assert len(of) == plan.rows_per_half


def test_no_image_and_no_scene_is_on_both_sides_of_a_comparison_of_halves(compared):
    halves = compared.halves
    for first, second in halves.pairs:
        groups = [set(halves.groups[halves.rows(subset)]) for subset in (first, second)]
        assert not groups[0] & groups[1]


def test_all_versions_of_a_side_are_cut_alike(plan, family, size):
    for repeat in range(REPEATS):
        images = []
        for compared, name in ((plan.originals, family.before), (plan.shifted, family.after)):
            subsets = compared.halves.pairs[compared.of_pair[name][repeat]]
            images.append([sets_and_images(compared.halves.members[:, of], size)[1] for of in subsets])
        np.testing.assert_array_equal(*images)


def test_versions_of_an_image_share_a_group_and_sides_do_not(compared, size):
    by_set = compared.halves.groups.reshape(-1, size)
    for one, of in zip(by_set, compared.sets, strict=True):
        np.testing.assert_array_equal(one, by_set[of.side])
    assert not set(by_set[0]) & set(by_set[1])


def test_a_relabelling_keeps_scenes_whole_and_versions_opposite(compared, size):
    per_pair, tests = PERMUTATIONS + 1, compared.tests
    set_of_row = np.arange(len(tests.groups)) // size
    for place, name in enumerate(compared.tested):
        pair = BY_NAME[name]
        for first, second in tests.pairs[place * per_pair :][:per_pair]:
            members = [tests.members[:, of] for of in (first, second)]
            assert not (members[0] & members[1]).any()
            assert members[0].sum() == members[1].sum()
            for of in members:
                if pair.judged == "paired":  # every image once, in either version
                    assert sorted(sets_and_images(of, size)[1]) == list(range(size))
                for scene in np.unique(tests.groups[of]):
                    whole = (tests.groups == scene) & np.isin(
                        set_of_row, [compared.sets.index(one) for one in (pair.first, pair.second)]
                    )
                    versions = 2 if pair.judged == "paired" else 1
                    assert of[whole].sum() * versions == whole.sum()


@pytest.mark.parametrize(
    ("family", "expected"),
    [(DECODED, ((0, 6), (1, 5))), (FULL_SIZE, ((0, 3), (1, 4)))],
    ids=["decoded", "full"],
)
def test_most_comparisons_share_a_half_with_the_one_before(plan, expected):
    for compared, (alone, halves) in zip((plan.originals, plan.shifted), expected, strict=True):
        assert compared.halves.members.shape[1] == halves * REPEATS
        by_repeat = compared.halves.pairs.reshape(REPEATS, -1, 2)
        for repeat in by_repeat:
            found = [np.isin(repeat[place], repeat[:place]).any() for place in range(1, len(repeat))]
            assert found.count(False) == alone, "or a distance would read it twice"


def test_enough_relabellings_for_the_last_of_many_judges():
    assert permutations_for(3) == 119
    for judges in (3, 11, 40):
        assert judges / (permutations_for(judges) + 1) <= 0.05
