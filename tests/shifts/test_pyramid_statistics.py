"""The statistics of an image, scale by scale."""

import numpy as np
import pytest
from scipy.linalg import logm

from synthgap_cli.shifts.pyramid_statistics import (
    BANDS,
    NOISE,
    NUM_STATISTICS,
    build_pyramid,
    read_statistics,
    statistics_of,
)


@pytest.fixture
def images():
    return np.random.default_rng(0).random((4, 3, 33, 40), dtype=np.float32)


def test_the_parts_add_up_to_the_image(images):
    pyramid = build_pyramid(images)
    assert len(pyramid.parts) == BANDS + 1
    np.testing.assert_allclose(sum(pyramid.parts) + pyramid.mean, images, atol=1e-6)


def test_the_identity_gives_the_image_back(images):
    pyramid = build_pyramid(images)
    means = pyramid.mean.flatten(1).double().numpy()
    matrices = np.tile(np.eye(3), (4, BANDS + 1, 1, 1))
    np.testing.assert_allclose(pyramid.recoloured(means, matrices), images, atol=1e-6)


def test_statistics_say_the_means_and_covariances_that_they_are_made_of(images):
    pyramid = build_pyramid(images)
    statistics = statistics_of(pyramid)
    assert statistics.shape == (4, NUM_STATISTICS)
    means, covariances = read_statistics(statistics)
    np.testing.assert_allclose(means, pyramid.mean.flatten(1), rtol=1e-6)
    np.testing.assert_allclose(covariances, pyramid.covariances(), rtol=1e-9, atol=1e-15)


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")  # by 1e-12
def test_distances_are_those_of_the_logarithms_of_covariances(images):
    pyramid = build_pyramid(images)
    logarithms = [
        [logm(one) for one in image] for image in 1e3 * pyramid.covariances()
    ]  # logm warns of small
    expected = np.linalg.norm(np.subtract(logarithms[0], logarithms[1]))
    found = np.linalg.norm(np.subtract(*statistics_of(pyramid)[:2, :-3]))
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_twice_the_contrast_is_four_times_each_covariance(images):
    once, twice = (build_pyramid(gain * images).covariances() - NOISE * np.eye(3) for gain in (1, 2))
    np.testing.assert_allclose(twice, 4 * once, rtol=1e-4, atol=1e-9)


def test_a_wave_is_in_the_band_of_its_length():
    strongest = []
    for length in (3, 7, 14, 28):
        wave = np.sin(2 * np.pi * (np.arange(168) + 0.5) / length)
        image = np.broadcast_to(wave, (1, 3, 168, 168)).astype(np.float32)
        strongest.append(build_pyramid(image).covariances()[0, :, 0, 0].argmax())
    assert strongest == [0, 1, 2, 3]
