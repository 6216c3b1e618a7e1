import importlib.util

import numpy as np
import pytest

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.shifts.methods import sinkhorn
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


def fit(source, target, seed=0):
    pytest.importorskip("ot")
    setting = Setting((source.shape[1],), seed)
    return sinkhorn.fit(ArrayRows(source), ArrayRows(target), setting=setting)


def sides(num_latents=5):
    rng = np.random.default_rng(0)
    source, target = (
        rng.normal(0, 1, (70, num_latents)),
        rng.normal(2, [3, *[1] * (num_latents - 1)], (60, num_latents)),
    )
    return source.astype(np.float32), target.astype(np.float32)


def test_rows_fitted_on_go_to_their_barycentres_in_pots_plan_for_squared_distances(monkeypatch):
    pot = pytest.importorskip("ot")
    monkeypatch.setattr(sinkhorn, "_TOLERANCE", 1e-13)
    monkeypatch.setattr(sinkhorn, "_ITERATIONS", 20_000)
    monkeypatch.setattr(sinkhorn, "REGULARISATION", 0.3)  # which converges soon
    source, target = (side.astype(float) for side in sides())
    parameters = fit(source, target)
    cost = pot.dist(source, target) / 2  # squared
    plan = pot.sinkhorn([], [], cost, parameters["scale"][0], stopThr=1e-13, numItermax=20_000)
    expected = (plan @ target) / plan.sum(axis=1, keepdims=True)
    moved = sinkhorn._project(
        source - source.mean(axis=0),
        *(parameters[name] for name in ("points", "log-weights")),
        parameters["scale"][0],
    )
    np.testing.assert_allclose(moved + target.mean(axis=0), expected, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(sinkhorn.apply(source.astype(np.float32), parameters), expected, atol=1e-5)


def test_new_rows_go_near_where_their_neighbours_among_the_fitted_go():
    source, target = sides()
    parameters = fit(source, target)
    near = source + np.float32(1e-3)
    np.testing.assert_allclose(sinkhorn.apply(near, parameters), sinkhorn.apply(source, parameters), atol=0.1)


def test_a_map_that_collapses_to_the_mean_is_refused(monkeypatch):
    source, target = sides()
    monkeypatch.setattr(sinkhorn, "REGULARISATION", 100)
    with pytest.raises(InvalidInput, match=r"keep \d+ % of the variance"):
        fit(source, target)


def test_sides_that_vary_along_different_latents_are_refused():
    source, target = sides(4)
    source[:, :2], target[:, 2:] = 0, 0
    with pytest.raises(InvalidInput, match="no direction in which both sides vary"):
        fit(source, target)


def test_more_rows_than_a_plan_can_hold_are_drawn_by_the_seed(monkeypatch):
    monkeypatch.setattr(sinkhorn, "MAX_ROWS", 40)
    source, target = sides()
    first, again, other = (fit(source, target, seed) for seed in (0, 0, 1))
    assert first["points"].shape == (40, 5)
    np.testing.assert_array_equal(first["points"], again["points"])
    assert not np.array_equal(first["points"], other["points"])


def test_without_pot_the_user_is_told_how_to_get_it(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ot" else found(name))
    with pytest.raises(InputMissing, match="needs POT") as raised:
        sinkhorn.fit(*map(ArrayRows, sides()), setting=Setting((5,)))
    assert "synthgap[pot]" in raised.value.hint
