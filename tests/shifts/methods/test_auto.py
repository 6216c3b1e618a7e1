import numpy as np
import pytest

from synthgap_cli.shifts import candidates
from synthgap_cli.shifts.methods import auto
from synthgap_cli.shifts.shift import HeldOut, Setting, load_shift
from synthgap_cli.shifts.sight import Seen, Sight, View
from synthgap_cli.statistics.rows import ArrayRows

SIZE = 6


@pytest.fixture(autouse=True)
def few_candidates(monkeypatch):
    monkeypatch.setattr(candidates, "candidate_names", lambda: ["none", "mean", "standardise", "ot", "modes"])


def fit(source, target, *, held_out=40, **setting):
    """Fit on all rows but the last, which are held out."""
    told = {}
    learned = np.arange(len(source) - held_out)
    apart = np.arange(len(source) - held_out, len(source))
    setting = Setting((SIZE,), held_out=HeldOut(apart, apart), tell=told.__setitem__, **setting)
    rows = {"source_rows": learned, "target_rows": learned}
    return auto.fit(ArrayRows(source), ArrayRows(target), setting=setting, **rows), told


def sides(seed, count=120):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, count, SIZE)).astype(np.float32)


def test_where_nothing_differs_held_out_rows_do_not_come_off_worse():
    changes = []
    for seed in range(6):
        source, target, new = np.random.default_rng(seed).normal(size=(3, 120, SIZE)).astype(np.float32)
        moved = auto.apply(new, fit(source, target)[0])
        changes.append(np.sum(moved.mean(axis=0) ** 2) - np.sum(new.mean(axis=0) ** 2))
    changes = np.array(changes)
    assert changes.mean() <= 2 * changes.std(ddof=1) / np.sqrt(6)
    assert np.count_nonzero(changes) <= 1


def test_a_difference_of_means_is_closed_by_the_simplest_map_that_closes_it():
    source, target = sides(0)
    parameters, told = fit(source, target + 2)
    assert told["chosen"] == "mean"
    alone = load_shift("mean").fit(
        ArrayRows(source[:80]), ArrayRows(target[:80] + 2), setting=Setting((SIZE,))
    )
    np.testing.assert_array_equal(parameters["mean.offset"], alone["offset"])
    np.testing.assert_array_equal(
        auto.apply(source, parameters, 0.5), load_shift("mean").apply(source, alone, 0.5)
    )


def test_turned_correlations_take_transport():
    source, target = sides(0, 400)
    source[:, 0] += 3 * source[:, 1]
    target[:, 0] -= 3 * target[:, 1]
    assert fit(source, target)[1]["chosen"] == "ot"


def test_every_candidate_is_told_of_with_its_numbers_or_why_it_has_none():
    _, told = fit(*sides(0), held_out=75)  # 45 rows to fit on
    found = {one["method"]: one for one in told["candidates"]}
    assert list(found) == candidates.candidate_names()
    assert found["none"]["c2st_error"] == found["none"]["frechet_error"] == 0
    assert found["mean"]["frechet"] > 0 and found["mean"]["left_out"] == ""
    assert found["ot"]["left_out"] == "has 45 rows a side to fit on, needs 50"
    assert found["modes"]["left_out"] == "no labels say which kinds there are"
    assert found["ot"]["frechet"] is None


def test_kinds_move_apart_where_labels_tell_them():
    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 3, (2, 600))
    source, target = (rng.normal(size=(600, SIZE)).astype(np.float32) for _ in range(2))
    source[:, 0] += 8 * kinds[0]
    target[:, 0] += 8 * kinds[1]
    target[:, 1] += 6 * (kinds[1] == 1)  # the middle one goes aside, which no linear map does
    parameters, told = fit(source, target, held_out=300, source_kinds=kinds[0])
    assert told["chosen"] == "modes" and "target-counts" in told
    aside = (auto.apply(source, parameters, kinds=kinds[0]) - source)[:, 1]
    np.testing.assert_allclose(aside, 6 * (kinds[0] == 1), atol=0.5)


def test_too_few_rows_to_choose_by_leave_the_latents_alone_and_warn():
    source, target = sides(0)
    warnings = []
    parameters, told = fit(source, target + 2, held_out=15, warn=warnings.append)
    assert parameters == {} and told["chosen"] == "none"
    assert "15 target and 15 source rows are too few" in warnings[0]
    assert auto.apply(source, parameters).tobytes() == source.tobytes()


def test_rows_to_choose_by_are_not_fitted_on():
    source, target = sides(0)
    changed = source.copy()
    changed[-40:] += 0.001
    offsets = [fit(side, target + 2)[0]["mean.offset"] for side in (source, changed)]
    np.testing.assert_array_equal(*offsets)


def seen_with(content):
    """Return what looks at rows as their own statistics; ``content`` says what a mean step costs."""
    return lambda moved: Seen(moved, content(abs(float(moved.mean()))))


@pytest.mark.parametrize(("cost", "strength"), [(0.0, 1.0), (0.15, 0.5), (1.0, None)])
def test_with_sight_the_strongest_step_is_taken_that_keeps_content(cost, strength):
    source, target = sides(0)
    target = target + 2
    apart = np.arange(80, 120)
    told = {}
    look = seen_with(lambda step: 1 - cost * step)
    views = [View(target[rows], rows, look) for rows in (np.arange(80), apart)]
    held_out = HeldOut(apart, apart, sight=Sight(*views))
    setting = Setting((SIZE,), held_out=held_out, tell=told.__setitem__)
    rows = {"source_rows": np.arange(80), "target_rows": np.arange(80)}
    parameters = auto.fit(ArrayRows(source), ArrayRows(target), setting=setting, **rows)
    assert told["judged-by"] == "images"
    if strength is None:
        assert told["chosen"] == "none"
        assert any("too little content" in one["left_out"] for one in told["candidates"])
        return
    assert (told["chosen"], told["chosen-strength"]) == ("mean", strength)
    way = auto.apply(source, parameters) - source
    offset = parameters["mean.offset"]
    np.testing.assert_allclose(way, np.broadcast_to(strength * offset, way.shape), atol=1e-5)
