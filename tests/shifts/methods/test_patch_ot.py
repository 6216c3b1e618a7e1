import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.methods import patch_ot
from synthgap_cli.shifts.methods.patch_ot import draw_patches
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows

SHAPE = (2, 6, 7)


def smooth(rng, num_images):
    """Maps in which neighbours are alike."""
    noise = rng.normal(size=(num_images, 2, 8, 9))
    return (noise[:, :, 1:-1, 1:-1] + 0.5 * noise[:, :, 2:, 1:-1] + 0.5 * noise[:, :, 1:-1, 2:]).astype(
        np.float32
    )


def sides(num_images=600):
    rng = np.random.default_rng(0)
    source = smooth(rng, num_images)
    return source, smooth(rng, num_images) * 2 + rng.normal(1, 1, source.shape).astype(np.float32)


def fit(source, target, shape=SHAPE, **setting):
    rows = (ArrayRows(side.reshape(len(side), -1), 50) for side in (source, target))
    return patch_ot.fit(*rows, setting=Setting(shape, **setting))


def patches(maps):
    """Return all patches that lie within maps, as rows of 9 C, by slices."""
    height, width = maps.shape[2:]
    found = [
        maps[:, :, row : row + 3, column : column + 3].reshape(len(maps), -1)
        for row in range(height - 2)
        for column in range(width - 2)
    ]
    return np.concatenate(found).astype(float)


def by_patches(maps, parameters):
    """Return where maps go, patch by patch and each overlap averaged, in loops."""
    matrix = parameters["matrix"]
    means = [np.repeat(parameters[name], 9) for name in ("source-mean", "target-mean")]
    padded = np.pad(maps.astype(float), ((0, 0), (0, 0), (2, 2), (2, 2)), mode="symmetric")
    total = np.zeros(padded.shape)
    for row in range(padded.shape[2] - 2):
        for column in range(padded.shape[3] - 2):
            window = np.s_[:, :, row : row + 3, column : column + 3]
            patch = padded[window].reshape(len(maps), -1)
            total[window] += (means[1] + (patch - means[0]) @ matrix).reshape(-1, 2, 3, 3)
    return total[:, :, 2:-2, 2:-2] / 9


def test_the_matrix_takes_the_covariance_of_patches_to_the_targets():
    source, target = sides(3000)
    parameters = fit(source, target)
    before, after = (np.cov(patches(side).T) for side in (source, target))
    reached = parameters["matrix"] @ before @ parameters["matrix"]
    np.testing.assert_allclose(reached, after, atol=0.03 * np.trace(after) / 18)


def test_maps_of_any_size_become_the_mean_of_what_their_patches_become():
    parameters = fit(*sides())
    for size in ((6, 7), (3, 11), (1, 2)):
        maps = np.random.default_rng(1).normal(size=(4, 2, *size)).astype(np.float32)
        moved = patch_ot.apply_to_maps(maps, parameters)
        np.testing.assert_allclose(moved, by_patches(maps, parameters), rtol=1e-4, atol=1e-5)


def test_a_symmetric_mixture_of_channels_is_found_and_undone():
    source, _ = sides(2000)
    mixing = np.array([[2, 0.5], [0.5, 1]])
    target = np.einsum("ij,njhw->nihw", mixing, source).astype(np.float32) + np.float32(3)
    moved = patch_ot.apply(source.reshape(2000, -1), fit(source, target))
    np.testing.assert_allclose(moved.reshape(target.shape), target, atol=0.05)


def test_grain_that_the_target_has_is_added_to_what_grain_there_is():
    source, target = sides()
    moved = patch_ot.apply_to_maps(source, fit(source, target))

    def grain(maps):
        return float(np.var(np.diff(maps, axis=3)) / np.var(maps))

    assert grain(source) < grain(moved) < 1.3 * grain(target)
    assert abs(grain(moved) - grain(target)) < 0.5 * abs(grain(source) - grain(target))


def test_equal_sides_are_left_alone():
    source, _ = sides()
    np.testing.assert_allclose(patch_ot.apply_to_maps(source, fit(source, source)), source, atol=1e-5)


def test_a_picture_moved_by_a_pixel_is_moved_alike():
    parameters = fit(*sides())
    maps = np.random.default_rng(1).normal(size=(3, 2, 12, 12)).astype(np.float32)
    moved = patch_ot.apply_to_maps(maps, parameters)
    rolled = patch_ot.apply_to_maps(np.roll(maps, (1, 2), axis=(2, 3)), parameters)
    inside = np.s_[:, :, 5:-5, 5:-5]
    np.testing.assert_allclose(rolled[inside], np.roll(moved, (1, 2), axis=(2, 3))[inside], atol=1e-5)


def test_of_many_patches_some_are_drawn_by_the_seed(monkeypatch):
    source, target = sides(300)
    monkeypatch.setattr(patch_ot, "MAX_PATCHES", 1500)  # of 6,000
    first, again, other = (fit(source, target, seed=seed)["matrix"] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert 0 < np.abs(first - other).max() < 0.5


def test_patches_are_drawn_without_replacement_and_whole():
    channel = np.arange(30.0).reshape(1, 5, 6)
    drawn = draw_patches(channel, 7, np.random.default_rng(0))
    assert drawn.shape == (7, 9) and len(set(drawn[:, 0])) == 7
    whole = {tuple(patch) for patch in patches(channel[None])}
    assert {tuple(patch) for patch in drawn} < whole
    assert len(draw_patches(channel, 50, np.random.default_rng(0))) == 12


def test_what_is_no_map_or_has_too_many_channels_is_refused():
    source, target = sides(5)
    with pytest.raises(InvalidInput, match="are no maps"):
        fit(source, target, shape=(84,))
    with pytest.raises(InvalidInput, match="64 channels; these maps have 84"):
        fit(source, target, shape=(84, 1, 1))
