import numpy as np
import pytest

from synthgap_cli.audit.folds import FOLDS, deal_folds


def deal(units, is_candidate, seed=0):
    return deal_folds(np.asarray(units), np.asarray(is_candidate), rng=np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
def test_a_scene_of_both_sides_lies_in_one_fold(seed):
    units = np.tile(np.arange(30) // 2, 2)
    folds = deal(units, np.repeat([False, True], 30), seed)
    assert all(len(set(folds[units == unit])) == 1 for unit in set(units))
    assert set(folds) == set(range(FOLDS))


def test_each_side_is_spread_evenly():
    rng = np.random.default_rng(1)
    units = np.concatenate([rng.integers(0, 40, 400), 100 + rng.integers(0, 25, 150)])
    is_candidate = np.repeat([False, True], [400, 150])
    folds = deal(units, is_candidate)
    for side in (False, True):
        counts = np.bincount(folds[is_candidate == side], minlength=FOLDS)
        assert counts.max() < 1.35 * counts.min()


def test_every_fold_leaves_both_sides_to_learn_from_even_with_two_units_a_side():
    units = ["a", "b", "a", "c"]
    folds = deal(units, [False, False, True, True])
    for fold in set(folds):
        assert set(np.array([False, False, True, True])[folds != fold]) == {False, True}


@pytest.mark.parametrize("seed", range(5))
def test_every_fold_leaves_both_sides_to_learn_from_where_one_unit_has_most_images(seed):
    units = ["a", "a", "b", "a", *["c"] * 45, "b"]
    is_candidate = np.repeat([False, True], [3, 47])
    folds = deal(units, is_candidate, seed)
    for fold in set(folds):
        assert set(is_candidate[folds != fold]) == {False, True}


def test_a_side_of_one_unit_makes_a_single_fold():
    assert set(deal(["a", "a", "b", "c"], [False, False, True, True])) == {0}
