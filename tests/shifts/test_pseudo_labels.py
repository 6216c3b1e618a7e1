import numpy as np
import pytest

from synthgap_cli.shifts.pseudo_labels import pseudo_labels


def kinds_of(rng, count, shares):
    return rng.choice(len(shares), count, p=shares)


def sides(seed, *, shares=(None, None), num_kinds=5, size=12, moved=1.2):
    """Kinds about centres three apart; on the target each has moved its own way, and all of them together."""
    rng = np.random.default_rng(seed)
    centres = 3 * rng.normal(size=(num_kinds, size)) / np.sqrt(2)
    ways = moved * rng.normal(size=(num_kinds, size))
    even = np.full(num_kinds, 1 / num_kinds)
    source_kinds, target_kinds = (kinds_of(rng, 300, even if each is None else each) for each in shares)
    source = centres[source_kinds] + rng.normal(size=(300, size))
    target = 5 + (centres + ways)[target_kinds] + rng.normal(size=(300, size))
    return source - source.mean(axis=0), source_kinds, target - target.mean(axis=0), target_kinds


def test_kinds_that_have_each_moved_their_own_way_are_found_again():
    right = []
    for seed in range(5):
        source, kinds, target, truth = sides(seed)
        found = pseudo_labels(source, kinds, target, 5)
        assert found.changed <= 1 and found.hold == 1
        right.append(np.mean(found.kinds == truth))
    assert np.mean(right) > 0.97, right


def test_clear_kinds_are_found_though_their_shares_have_been_exchanged():
    source, kinds, target, truth = sides(0, shares=([0.7, 0.3], [0.3, 0.7]), num_kinds=2, moved=0.2)
    found = pseudo_labels(source, kinds, target, 2)
    assert np.mean(found.kinds == truth) > 0.97
    assert found.hold < 1


@pytest.mark.parametrize("seed", [19, 23])
def test_kinds_that_took_each_others_rows_in_the_first_round_get_their_own_back(seed):
    source, kinds, target, truth = sides(seed, num_kinds=8, size=6, moved=3)
    assert np.mean(pseudo_labels(source, kinds, target, 8).kinds == truth) > 0.98


def test_a_kind_without_a_source_row_is_never_found():
    source, kinds, target, _ = sides(0)
    found = pseudo_labels(source[kinds != 2], kinds[kinds != 2], target, 5)
    assert 2 not in found.kinds


def test_neither_side_is_changed():
    source, kinds, target, _ = sides(0)
    before = source.copy(), kinds.copy(), target.copy()
    pseudo_labels(source, kinds, target, 5)
    for now, then in zip((source, kinds, target), before, strict=True):
        np.testing.assert_array_equal(now, then)
