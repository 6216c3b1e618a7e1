"""Statistics of stored pixels against plain definitions and known changes."""

import colorsys
import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from synthgap_cli.audit.image_statistics import image_statistics


def measure(*images):
    columns = image_statistics([np.stack([np.asarray(image) for image in images])])
    assert all(column.values.dtype == np.float64 for column in columns)
    return {column.name: column.values for column in columns}


def textured(seed, side=96):
    """A picture with the spectrum of a photograph: power falls with the square of frequency."""
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)) + 1 / side
    spectrum = np.fft.rfft2(rng.normal(size=(3, side, side))) / frequency
    levels = np.fft.irfft2(spectrum, s=(side, side)).transpose(1, 2, 0)
    return Image.fromarray((128 + 40 * levels / levels.std()).clip(0, 255).astype(np.uint8))


def as_jpeg(image, quality):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def test_colour_contrast_and_saturation_equal_their_definitions():
    image = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    found = measure(image)
    flat = image.reshape(-1, 3) / 255
    luma = image @ [0.299, 0.587, 0.114]
    for index, name in enumerate(("red", "green", "blue")):
        np.testing.assert_allclose(found[name], image[..., index].mean(), rtol=1e-6)
    np.testing.assert_allclose(found["contrast"], luma.std(), rtol=1e-5)
    saturation = np.mean([colorsys.rgb_to_hsv(*pixel)[1] for pixel in flat])
    np.testing.assert_allclose(found["saturation"], saturation, rtol=1e-5)


def test_noise_is_the_standard_deviation_of_the_noise_in_levels():
    rng = np.random.default_rng(0)
    for deviation in (3, 8):
        grey = 128 + rng.normal(0, deviation, (256, 256, 1))
        image = np.repeat(grey.round().astype(np.uint8), 3, axis=2)
        assert measure(image)["noise"][0] == pytest.approx(deviation, rel=0.03)


def test_blur_lowers_sharpness_and_noise_and_steepens_the_spectrum():
    image = textured(0)
    found = measure(image, image.filter(ImageFilter.GaussianBlur(1)))
    for name in ("sharpness", "noise", "spectral_slope"):
        assert found[name][1] < found[name][0]


def test_jpeg_raises_block_edges_wherever_the_picture_was_cropped():
    plain = [textured(seed) for seed in range(12)]
    jpegs = [as_jpeg(image, 50) for image in plain]
    cropped = [image.crop((3, 5, 91, 93)) for image in jpegs]
    edges = [np.median(measure(*images)["block_edges"]) for images in (plain, jpegs, cropped)]
    assert min(edges[1:]) > edges[0] + 1


def test_a_smooth_picture_is_no_blocky_one():
    rng = np.random.default_rng(3)
    rough = [128 + rng.normal(0, 30, (96, 96, 3)) for _ in range(40)]
    smooth = [128 + rng.normal(0, 2, (96, 96, 3)) for _ in range(40)]
    edges = [
        np.median(measure(*[np.clip(one, 0, 255).astype(np.uint8) for one in side])["block_edges"])
        for side in (rough, smooth)
    ]
    assert edges[0] == pytest.approx(edges[1], abs=0.4)


def test_an_image_is_measured_alike_in_any_batch():
    images = np.stack([np.asarray(textured(seed, 40)) for seed in range(5)])
    whole = image_statistics([images])
    parts = image_statistics([images[:2], images[2:]])
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=1e-5)


def test_flat_and_tiny_images_have_finite_statistics():
    for side in (1, 8, 23, 24, 31):
        found = measure(np.full((side, side, 3), 255, np.uint8), np.zeros((side, side, 3), np.uint8))
        assert all(np.isfinite(values).all() for values in found.values())
        assert ("block_edges" in found) == (side >= 24)
