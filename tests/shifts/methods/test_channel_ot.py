import numpy as np
import pytest
from scipy import linalg

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.common_shrinkage import LEAST_SHARE
from synthgap_cli.shifts.methods import adain, channel_ot
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows

SHAPE = (3, 4, 5)


def sides(num_images=400, seed=0):
    """Maps whose positions are drawn one by one, so that many images leave little to shrink."""
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(2, 3, 3)) + 2 * np.eye(3)
    noise = rng.normal(size=(2, num_images, 3, 20))
    maps = mixing[:, None] @ noise + np.array([[1.0, -2, 0], [4, 0, -1]])[:, None, :, None]
    return maps.reshape(2, num_images, 60).astype(np.float32)


def fit(source, target, shape=SHAPE, block_size=64):
    return channel_ot.fit(
        ArrayRows(source, block_size), ArrayRows(target, block_size), setting=Setting(shape)
    )


def channels(rows):
    """Return what stands at every position of every image, (3, N P) float64."""
    return rows.reshape(len(rows), 3, -1).transpose(1, 0, 2).reshape(3, -1).astype(float)


def biased(rows):
    return np.cov(channels(rows), ddof=0)


def test_channels_get_the_targets_mean_and_covariance_over_positions_and_images():
    source, target = sides()
    moved = channel_ot.apply(source, fit(source, target))
    np.testing.assert_allclose(channels(moved).mean(axis=1), channels(target).mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(biased(moved), biased(target), rtol=0.02, atol=0.02)


def by_scipy(before, after):
    """Return the Monge map by scipy's square root."""
    root = linalg.sqrtm(before)
    return linalg.inv(root) @ linalg.sqrtm(root @ after @ root) @ linalg.inv(root)


def test_of_many_images_the_matrix_is_the_monge_map_of_barely_shrunk_covariances():
    source, target = sides(4000)
    before, after = biased(source), biased(target)
    common = LEAST_SHARE * (before + after) / 2
    matrix = fit(source, target)["matrix"]
    np.testing.assert_array_equal(matrix, matrix.T)
    expected = by_scipy((1 - LEAST_SHARE) * before + common, (1 - LEAST_SHARE) * after + common)
    np.testing.assert_allclose(matrix, expected, rtol=1e-6, atol=1e-7)


def test_equal_sides_are_left_alone():
    source, _ = sides()
    parameters = fit(source, source)
    np.testing.assert_allclose(parameters["matrix"], np.eye(3), atol=1e-12)
    np.testing.assert_allclose(channel_ot.apply(source, parameters), source, atol=1e-6)


def test_of_few_images_chance_differences_are_mostly_left_alone():
    errors = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        loudness = rng.exponential(size=(2, 8, 1)).astype(np.float32)
        source, target = loudness * rng.normal(size=(2, 8, 60)).astype(np.float32)
        unshrunk = by_scipy(biased(source), biased(target))
        errors.append([np.linalg.norm(one - np.eye(3)) for one in (fit(source, target)["matrix"], unshrunk)])
    shrunk, raw = np.mean(errors, axis=0)
    assert shrunk < 0.6 * raw


def test_where_positions_lie_does_not_matter():
    source, target = sides()
    order = np.random.default_rng(3).permutation(20)
    turned = [side.reshape(-1, 3, 20)[:, :, order].reshape(side.shape) for side in (source, target)]
    expected = channel_ot.apply(source, fit(source, target)).reshape(-1, 3, 20)[:, :, order]
    moved = channel_ot.apply(turned[0], fit(*turned)).reshape(-1, 3, 20)
    np.testing.assert_allclose(moved, expected, atol=1e-5)


def test_maps_of_another_size_move_position_by_position():
    parameters = fit(*sides())
    maps = np.random.default_rng(1).normal(size=(2, 3, 7, 9)).astype(np.float32)
    moved = channel_ot.apply_to_maps(maps, parameters, 0.5)
    for row, column in ((0, 0), (3, 8), (6, 2)):
        alone = np.repeat(maps[:, :, row, column], 20, axis=1)  # all positions of the shape fitted on
        expected = channel_ot.apply(alone, parameters, 0.5).reshape(2, 3, 20)[:, :, 0]
        np.testing.assert_allclose(moved[:, :, row, column], expected, rtol=1e-5, atol=1e-6)


def test_one_channel_gets_adains_gain():
    source, target = (side[:, :20] for side in sides(4000))
    setting = Setting((1, 4, 5))
    gain = adain.fit(ArrayRows(source), ArrayRows(target), setting=setting)["gain"]
    np.testing.assert_allclose(fit(source, target, (1, 4, 5))["matrix"], [gain], rtol=2 * LEAST_SHARE)


def test_the_map_is_the_same_whichever_rows_are_read_at_once():
    source, target = sides(50)
    once, again = fit(source, target, block_size=7), fit(source, target, block_size=1000)
    np.testing.assert_allclose(once["matrix"], again["matrix"], rtol=1e-10, atol=1e-12)


def test_a_channel_that_is_grey_on_both_sides_is_only_moved():
    source, target = sides()
    source.reshape(-1, 3, 20)[:, 2], target.reshape(-1, 3, 20)[:, 2] = 5, 7
    moved = channel_ot.apply(source, fit(source, target)).reshape(-1, 3, 20)
    np.testing.assert_allclose(moved[:, 2], 7, atol=1e-5)


def test_latents_that_are_no_maps_are_sent_to_ot():
    with pytest.raises(InvalidInput, match=r"shape \(60,\) are no maps") as refused:
        fit(*sides(), shape=(60,))
    assert "--method ot" in refused.value.hint


def test_sides_without_any_variance_are_refused():
    with pytest.raises(InvalidInput, match="are equal"):
        fit(np.ones((5, 60), np.float32), np.ones((5, 60), np.float32))
