"""Style statistics see texture and colour, and not where things are."""

import numpy as np
import pytest

from synthgap_cli.imaging.style import style_statistics


def noise(count=4, size=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


@pytest.mark.parametrize(("size", "width"), [(64, 78), (32, 78), (16, 54), (8, 30)])
def test_octaves_end_where_images_are_too_small(size, width):
    assert style_statistics(noise(size=size)).shape == (4, width)


def test_an_image_is_described_alone():
    images = noise(6)
    np.testing.assert_allclose(style_statistics(images)[2:3], style_statistics(images[2:3]), atol=1e-5)


def test_blur_lowers_the_finest_octave_of_luma_most():
    images = np.kron(noise(2, 16), np.ones((1, 2, 2, 1), np.uint8))  # no detail of one pixel
    fine, coarse = style_statistics(noise(2, 32)), style_statistics(images)
    change = (coarse - fine).mean(axis=0)
    luma = [slice(6 + 24 * octave, 14 + 24 * octave) for octave in range(3)]
    assert change[luma[0]].mean() < -0.1 < change[luma[1]].mean()


def test_mirrored_images_look_alike():
    images = noise(2)
    np.testing.assert_allclose(
        style_statistics(images), style_statistics(images[:, :, ::-1].copy()), atol=1e-4
    )


def test_flat_images_have_finite_statistics():
    assert np.isfinite(style_statistics(np.full((2, 32, 32, 3), 90, np.uint8))).all()
