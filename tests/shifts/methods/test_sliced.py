import numpy as np

from synthgap_cli.shifts.methods import ot, sliced, standardise
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


def rings(num_rows, seed, radius):
    """Return points about a circle: no map of means and covariances makes one of a normal cloud."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi, num_rows)
    points = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (points + rng.normal(0, 0.1, points.shape)).astype(np.float32)


def moved_by(shift, source, target, new):
    setting = Setting((source.shape[1],))
    return shift.apply(new, shift.fit(ArrayRows(source), ArrayRows(target), setting=setting))


def test_shapes_are_matched_that_covariances_do_not_see():
    rng = np.random.default_rng(0)
    source, new = rng.normal(size=(2, 800, 2)).astype(np.float32)
    target = rings(900, 1, radius=3)
    near_the_ring = {
        shift: np.mean(np.abs(np.linalg.norm(moved_by(shift, source, target, new), axis=1) - 3) < 0.5)
        for shift in (sliced, ot)
    }
    assert near_the_ring[sliced] > 0.9
    assert near_the_ring[ot] < 0.5


def test_correlations_become_the_targets():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(2, 5, 5))
    source, new = rng.normal(size=(2, 1500, 5)) @ mixing[0]
    target = rng.normal(size=(1500, 5)) @ mixing[1]
    expected = np.corrcoef(target.T)
    off = {
        shift: np.abs(np.corrcoef(moved_by(shift, source, target, new.astype(np.float32)).T) - expected).max()
        for shift in (sliced, standardise)
    }
    assert off[sliced] < 0.1 < 0.3 < off[standardise]


def test_of_many_latents_only_the_leading_directions_are_reshaped():
    rng = np.random.default_rng(0)
    source, target = rng.normal(0, 1, (200, 90)), rng.normal(2, 1, (200, 90))
    parameters = sliced.fit(ArrayRows(source), ArrayRows(target), setting=Setting((90,)))
    assert parameters["directions"].shape == (64, 90)
    outside = np.linalg.svd(parameters["directions"])[2][64:]  # (26, 90)
    way = sliced.apply(source.astype(np.float32), parameters) - source
    offset = target.mean(axis=0) - source.mean(axis=0)
    np.testing.assert_allclose(way @ outside.T, np.broadcast_to(offset @ outside.T, (200, 26)), atol=1e-5)


def test_another_seed_looks_from_other_sides_and_comes_to_much_the_same():
    rng = np.random.default_rng(0)
    source, target = rng.normal(0, 1, (600, 4)), rng.normal(2, 2, (600, 4))
    first, second = (
        sliced.fit(ArrayRows(source), ArrayRows(target), setting=Setting((4,), seed)) for seed in (0, 1)
    )
    assert not np.allclose(first["axes"], second["axes"])
    moved = [sliced.apply(source.astype(np.float32), each) for each in (first, second)]
    assert np.sqrt(np.mean((moved[0] - moved[1]) ** 2)) < 0.5, "of a target standard deviation of 2"
