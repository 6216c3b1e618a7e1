import numpy as np
import pytest

from synthgap_cli.distances.draws import plan_draws

SIZES = 60, 41
SCENES = np.repeat(np.arange(12), 5), np.minimum(np.arange(41) // 4, 9)


@pytest.fixture(params=[None, SCENES], ids=["images", "scenes"])
def plan(request):
    return plan_draws(SIZES, request.param, repeats=4, permutations=6, jackknife=True, seed=3)


def sets(plan, part):
    return [
        tuple(set(plan.draws.rows(subset)) for subset in pair) for pair in plan.draws.pairs[plan.parts[part]]
    ]


def test_the_first_draw_is_all_of_both(plan):
    assert plan.parts["whole"] == [0]
    assert sets(plan, "whole") == [(set(range(60)), set(range(60, 101)))]


def test_no_draw_compares_a_row_with_itself(plan):
    for first, second in plan.draws.pairs:
        assert not (plan.draws.members[:, first] & plan.draws.members[:, second]).any()


@pytest.mark.parametrize("suffix", ["", "_groups"])
def test_halves_are_of_the_sides_they_are_named_for_and_of_one_size(suffix):
    plan = plan_draws(SIZES, SCENES, repeats=4, permutations=0, jackknife=False, seed=3)
    real, synthetic = set(range(60)), set(range(60, 101))
    wanted = {"between": (real, synthetic), "reference": (real, real), "candidate": (synthetic, synthetic)}
    for part, sides in wanted.items():
        drawn = sets(plan, part + suffix)
        assert len(drawn) == 4
        for pair in drawn:
            for half, side in zip(pair, sides, strict=True):
                assert half <= side
                assert len(half) == (plan.rows_per_half if suffix else 20)
    assert 18 <= plan.rows_per_half <= 20  # whole scenes do not always cut in the middle


def test_halves_have_the_size_of_the_smallest_where_one_scene_has_most_rows():
    scenes = np.repeat(np.arange(10), [200, *[5] * 9])
    plan = plan_draws((245, 245), (scenes, scenes), repeats=4, permutations=0, jackknife=False, seed=3)
    assert plan.rows_per_half == 45
    for part in ("between", "reference", "candidate"):
        assert {len(half) for pair in sets(plan, f"{part}_groups") for half in pair} == {45}
        assert {len(half) for pair in sets(plan, part) for half in pair} == {122}


def test_halves_by_scene_cut_no_scene():
    plan = plan_draws(SIZES, SCENES, repeats=4, permutations=0, jackknife=False, seed=3)
    for first, second in sets(plan, "reference_groups"):
        assert not {SCENES[0][row] for row in first} & {SCENES[0][row] for row in second}


def test_permutations_move_whole_scenes_and_keep_their_number():
    plan = plan_draws(SIZES, SCENES, repeats=1, permutations=50, jackknife=False, seed=3)
    groups = plan.draws.groups
    for first, second in sets(plan, "permutation"):
        named = {groups[row] for row in first}
        assert not named & {groups[row] for row in second}
        assert len(named) == 12
        assert len(first | second) == 101


def test_scenes_of_one_name_on_both_sides_are_two():
    plan = plan_draws(
        (4, 4), (np.array(list("aabb")),) * 2, repeats=1, permutations=0, jackknife=False, seed=0
    )
    assert len(np.unique(plan.draws.groups)) == 4


def test_each_row_is_left_out_once(plan):
    left_out = np.zeros(101, dtype=int)
    for first, second in sets(plan, "jackknife"):
        left_out[list(set(range(101)) - first - second)] += 1
    assert (left_out == 1).all()


def test_a_seed_says_it_all(plan):
    again = plan_draws(SIZES, None, repeats=4, permutations=6, jackknife=True, seed=3)
    other = plan_draws(SIZES, None, repeats=4, permutations=6, jackknife=True, seed=4)
    same = plan_draws(SIZES, None, repeats=4, permutations=6, jackknife=True, seed=3)
    np.testing.assert_array_equal(again.draws.members, same.draws.members)
    assert (again.draws.members != other.draws.members).any()


def test_halves_by_image_do_not_depend_on_whether_scenes_are_known():
    with_scenes, without = (
        plan_draws(SIZES, scenes, repeats=4, permutations=0, jackknife=False, seed=3)
        for scenes in (SCENES, None)
    )
    for part in ("between", "reference", "candidate"):
        assert sets(with_scenes, part) == sets(without, part)
