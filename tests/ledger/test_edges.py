import numpy as np
import pytest

from synthgap_cli.ledger.edges import FAINT, ORIENTATIONS, edges
from synthgap_cli.ledger.pixels import pixels


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3)).astype(np.uint8)


def by_block(features):
    """Return ``(n, 9, 2, 2, 3, 3)``: direction, cell of the block, block."""
    return features.reshape(len(features), ORIENTATIONS, 2, 2, 3, 3)


def bars(size, angle):
    """Return an image of waves that run in a direction, degrees from the right downwards."""
    down, right = np.mgrid[:size, :size]
    phase = np.cos(np.deg2rad(angle)) * right + np.sin(np.deg2rad(angle)) * down
    return np.repeat((127 + 100 * np.sin(phase))[None, :, :, None], 3, axis=3).astype(np.uint8)


def test_shape_and_type(images):
    assert edges(images).shape == (3, 324)
    assert edges(images).dtype == pixels(images).dtype == np.float32
    assert pixels(images).shape == (3, 192)
    assert edges(images[:0]).shape == (0, 324)
    assert pixels(images[:0]).shape == (0, 192)


def test_edges_are_those_of_scikit_image(images):
    hog = pytest.importorskip("skimage.feature").hog
    same_threshold = 1e-5 / FAINT  # scikit-image's constant beside the norm is fixed
    for image, features in zip(images, by_block(edges(images)), strict=True):
        expected = hog(
            image / 255 * same_threshold,
            orientations=ORIENTATIONS,
            pixels_per_cell=(8, 8),
            cells_per_block=(2, 2),
            block_norm="L2",
            channel_axis=-1,
            feature_vector=False,
        )  # (3, 3, 2, 2, 9)
        np.testing.assert_allclose(features, expected.transpose(4, 2, 3, 0, 1), atol=1e-6)


@pytest.mark.parametrize("angle", [10, 50, 90, 130, 170])
def test_waves_fall_into_their_direction(angle):
    strongest = by_block(edges(bars(32, angle)))[0].sum(axis=(1, 2, 3, 4)).argmax()
    assert strongest == angle // 20


def test_light_on_dark_is_dark_on_light(images):
    np.testing.assert_allclose(edges(255 - images), edges(images), atol=1e-6)


def test_half_the_contrast_is_nearly_the_same(images):
    even = images & 254
    np.testing.assert_allclose(edges(even // 2 + 60), edges(even), atol=0.01)


def test_the_noise_of_rounding_counts_less_than_edges():
    flat = 128 + np.random.default_rng(0).integers(0, 2, (1, 32, 32, 3)).astype(np.uint8)
    noise, waves = (
        np.sqrt((by_block(edges(image)) ** 2).sum(axis=(1, 2, 3))) for image in (flat, bars(32, 40))
    )
    assert noise.max() < 0.75
    assert waves.min() > 0.99


def test_an_image_twice_the_size_has_its_edges_in_the_same_cells(images):
    large = bars(64, 50)
    strongest = by_block(edges(large))[0].sum(axis=(1, 2, 3, 4)).argmax()
    assert edges(large).shape == (1, 324)
    assert strongest == 50 // 20


def test_views_of_an_image_do_not_depend_on_the_others(images):
    for view in (edges, pixels):
        np.testing.assert_array_equal(view(images)[1:2], view(images[1:2]))


def test_pixels_of_a_flat_image_are_its_colour():
    flat = np.broadcast_to(np.array([255, 51, 0], np.uint8), (1, 20, 20, 3))
    expected = np.repeat([1, 0.2, 0], 64)
    np.testing.assert_allclose(pixels(np.ascontiguousarray(flat))[0], expected, atol=1e-6)
