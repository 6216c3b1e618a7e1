import numpy as np
import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.shifts.methods import mean, modes, ot
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows

SIZE = 16


def draw(rng, count, share, offset=0.0):
    """Two modes eight apart, a share of rows in the first."""
    kinds = (rng.random(count) >= share).astype(np.intp)
    rows = rng.normal(size=(count, SIZE)) + offset
    rows[:, 0] += 8.0 * kinds
    return rows.astype(np.float32), kinds


@pytest.fixture
def sides():
    rng = np.random.default_rng(0)
    return *draw(rng, 400, 0.7), *draw(rng, 400, 0.3, offset=2), *draw(rng, 2000, 0.7)


def fit(source, target, **setting):
    return modes.fit(ArrayRows(source), ArrayRows(target), setting=Setting((SIZE,), **setting))


def frechet(rows, truth):
    """Return the distance between sets of rows as normal distributions, by the textbook."""
    from scipy.linalg import sqrtm

    covariances = [np.cov(side.T) for side in (rows, truth)]
    shared = np.trace(sqrtm(covariances[0] @ covariances[1]).real)
    apart = np.sum((rows.mean(axis=0) - truth.mean(axis=0)) ** 2)
    return apart + sum(np.trace(one) for one in covariances) - 2 * shared


@pytest.mark.parametrize("known", ["labels", "two clusters", "nothing"])
def test_two_modes_in_different_shares_land_on_their_own_where_the_mean_misses_both(sides, known):
    source, kinds, target, _, new, _ = sides
    what = {"labels": {"source_kinds": kinds}, "two clusters": {"clusters": 2}, "nothing": {}}[known]
    moved = modes.apply(new, fit(source, target, **what))
    by_mean = mean.apply(new, mean.fit(ArrayRows(source), ArrayRows(target), setting=Setting((SIZE,))))
    missed, missed_by_mean = (np.abs(rows - new - 2)[:, 0].mean() for rows in (moved, by_mean))
    assert missed_by_mean > 2.5, "the mean also moves by the difference of shares"
    assert missed < missed_by_mean / 4


def test_each_mode_becomes_the_targets_by_its_own_moments(sides):
    source, kinds, target, target_kinds, new, new_kinds = sides
    moved = modes.apply(new, fit(source, target, source_kinds=kinds), kinds=new_kinds)
    for kind in (0, 1):
        after = frechet(moved[new_kinds == kind], target[target_kinds == kind])
        before = frechet(new[new_kinds == kind], target[target_kinds == kind])
        assert after < 0.05 * before


def test_rows_of_unknown_kind_move_as_those_whose_kind_is_told(sides):
    source, kinds, target, _, new, new_kinds = sides
    parameters = fit(source, target, source_kinds=kinds)
    told = modes.apply(new, parameters, kinds=new_kinds)
    np.testing.assert_array_equal(modes.apply(new, parameters), told)
    np.testing.assert_array_equal(modes.apply(new, parameters, kinds=np.full(len(new), -1)), told)


def test_a_label_outweighs_what_a_row_looks_like(sides):
    source, kinds, target, _, new, new_kinds = sides
    parameters = fit(source, target, source_kinds=kinds)
    np.testing.assert_allclose(
        modes.apply(new, parameters, kinds=1 - new_kinds) - new,
        np.where(new_kinds[:, None] == 1, parameters["mean.0.offset"], parameters["mean.1.offset"]),
        atol=1e-5,
    )


def test_one_kind_is_the_base_alone(sides):
    source, _, target, _, new, _ = sides
    setting = Setting((SIZE,))
    alone = ot.apply(new, ot.fit(ArrayRows(source), ArrayRows(target), setting=setting))
    found = modes.apply(new, fit(source, target, base="ot", clusters=1))
    np.testing.assert_array_equal(found, alone)


def test_a_kind_with_few_rows_moves_with_all_and_it_is_told():
    rng = np.random.default_rng(0)
    (source, rare), (target, _), (new, _) = (draw(rng, 200, 0.5) for _ in range(3))
    rare[:5] = 2
    source[:5, 1] += 8
    told = {}
    parameters = fit(source, target, source_kinds=rare, tell=told.__setitem__)
    assert told["moved-with-all"] == [2]
    assert not any(name.startswith("mean.2.") for name in parameters)
    moved = modes.apply(new, parameters, kinds=np.full(len(new), 2))
    np.testing.assert_allclose(moved - new, np.tile(parameters["mean.all.offset"], (len(new), 1)), atol=1e-5)


def test_real_labels_are_taken_where_they_are_given(sides):
    source, kinds, target, target_kinds, _, _ = sides
    wrong = 1 - target_kinds
    parameters = fit(source, target, source_kinds=kinds, target_kinds=wrong)
    expected = target[wrong == 0].mean(axis=0, dtype=float) - source[kinds == 0].mean(axis=0, dtype=float)
    np.testing.assert_allclose(parameters["mean.0.offset"], expected, atol=1e-6)


def test_kinds_that_do_not_settle_are_warned_of(sides, monkeypatch):
    from synthgap_cli.shifts import pseudo_labels

    source, kinds, target, *_ = sides
    monkeypatch.setattr(pseudo_labels, "MAX_ROUNDS", 1)  # all rows change kind in the first round
    warnings = []
    fit(source, target, source_kinds=kinds, warn=warnings.append)
    assert "400 still changed kind after 1 rounds" in warnings[0]


def alike(rng, count, num_kinds, apart):
    """Return rows of kinds whose centres lie so far apart, in units of the spread within, and their kinds."""
    centres = np.random.default_rng(1).normal(size=(num_kinds, SIZE)) * apart / np.sqrt(2 * SIZE)
    kinds = np.arange(count) % num_kinds
    return (centres[kinds] + rng.normal(size=(count, SIZE)) / 4).astype(np.float32), kinds


def test_ten_kinds_that_lie_apart_agree_and_each_has_its_own_map():
    rng = np.random.default_rng(2)
    (source, kinds), (target, _) = (alike(rng, 300, 10, 4) for _ in range(2))
    told, warnings = {}, []
    parameters = fit(source, target + 1, source_kinds=kinds, tell=told.__setitem__, warn=warnings.append)
    assert told["agreement"] > 0.95 and told["moved-with-all"] == []
    assert "mean.9.offset" in parameters
    assert not warnings


def test_many_kinds_that_lie_among_each_other_do_not_agree_and_all_rows_move_by_the_base(monkeypatch):
    monkeypatch.setattr("synthgap_cli.shifts.pseudo_labels.MAX_ROUNDS", 3)  # it does not settle in 25, either
    rng = np.random.default_rng(2)
    (source, kinds), (target, _) = (alike(rng, 430, 43, 0.3) for _ in range(2))
    told, warnings = {}, []
    parameters = fit(
        source, target + 1, source_kinds=kinds, base="ot", tell=told.__setitem__, warn=warnings.append
    )
    assert told["agreement"] < modes.LEAST_AGREEMENT / 2
    assert "modes cannot tell the 43 kinds of the 430 target rows" in warnings[-1]
    alone = ot.fit(ArrayRows(source), ArrayRows(target + 1), setting=Setting((SIZE,)))
    np.testing.assert_array_equal(modes.apply(source, parameters, kinds=kinds), ot.apply(source, alone))


def test_real_labels_need_no_agreement():
    rng = np.random.default_rng(2)
    (source, kinds), (target, real_kinds) = (alike(rng, 430, 43, 0.3) for _ in range(2))
    told = {}
    parameters = fit(source, target, source_kinds=kinds, target_kinds=real_kinds, tell=told.__setitem__)
    assert "mean.42.offset" in parameters and "agreement" not in told


@pytest.mark.parametrize("base", ["auto", "modes", "none", "nonsense"])
def test_what_is_no_map_of_its_own_is_no_base(sides, base):
    source, kinds, target, *_ = sides
    with pytest.raises(UsageProblem, match=f"cannot be made of '{base}'"):
        fit(source, target, source_kinds=kinds, base=base)
