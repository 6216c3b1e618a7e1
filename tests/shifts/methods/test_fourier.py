import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.methods import fourier
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows

SHAPE = (3, 40, 44)  # two cycles per image either way


def images(seed, num_images=6, size=SHAPE[1:]):
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0.2, 0.8, (num_images, 3, 4, 4))
    blocks = np.kron(coarse, np.ones((1, 1, size[0] // 4, size[1] // 4)))
    return (blocks + rng.uniform(-0.1, 0.1, blocks.shape)).astype(np.float32)


def fit(source, target, shape=SHAPE):
    rows = (ArrayRows(side.reshape(len(side), -1), 4) for side in (source, target))
    return fourier.fit(*rows, setting=Setting(shape))


def centred_spectra(maps):
    return np.fft.fftshift(np.fft.fft2(maps.astype(float)), axes=(2, 3))


def as_published(image, amplitudes, band):
    """Return an image (C, H, W) whose central amplitudes are these (C, H, W), as the authors do it."""
    spectrum = centred_spectra(image[None])[0]
    row, column = (side // 2 for side in image.shape[1:])
    window = np.s_[:, row - band : row + band + 1, column - band : column + band + 1]
    amplitude, phase = np.abs(spectrum), np.angle(spectrum)
    amplitude[window] = amplitudes[window]
    return np.fft.ifft2(np.fft.ifftshift(amplitude * np.exp(1j * phase), axes=(1, 2))).real


def test_the_window_is_replaced_as_the_authors_do_it():
    source, target = images(0), images(1)
    moved = fourier.apply_to_maps(source, fit(source, target))
    amplitudes = np.abs(centred_spectra(target)).mean(axis=0)
    for before, after in zip(source, moved, strict=True):
        np.testing.assert_allclose(after, as_published(before, amplitudes, 2), atol=1e-6)


def test_high_frequencies_and_phases_stay():
    source, target = images(0), images(1)
    before = centred_spectra(source)
    after = centred_spectra(fourier.apply_to_maps(source, fit(source, target)))
    outside = np.ones((40, 44), bool)
    outside[18:23, 20:25] = False
    np.testing.assert_allclose(after[:, :, outside], before[:, :, outside], atol=1e-3)
    turned = np.angle(after[:, :, ~outside] / before[:, :, ~outside])
    np.testing.assert_allclose(turned, 0, atol=1e-3)


def test_all_images_get_the_targets_mean_colour():
    source, target = images(0), images(1)
    moved = fourier.apply_to_maps(source, fit(source, target))
    expected = target.mean(axis=(0, 2, 3))
    np.testing.assert_allclose(moved.mean(axis=(2, 3)), np.broadcast_to(expected, (6, 3)), atol=1e-6)


def test_the_same_picture_at_twice_the_size_gets_the_same_colours():
    source, target = images(0), images(1)
    parameters = fit(source, target)
    small = fourier.apply_to_maps(source, parameters) - source
    enlarged = np.kron(source, np.ones((1, 1, 2, 2))).astype(np.float32)
    large = fourier.apply_to_maps(enlarged, parameters) - enlarged
    reduced = large.reshape(6, 3, 40, 2, 44, 2).mean(axis=(3, 5))
    np.testing.assert_allclose(reduced, small, atol=0.02)


def test_maps_with_too_few_positions_are_refused():
    parameters = fit(images(0), images(1))
    with pytest.raises(InvalidInput, match="4 x 9 have no 5 frequencies"):
        fourier.apply_to_maps(np.zeros((1, 3, 4, 9), np.float32), parameters)


def test_latents_that_are_no_maps_are_refused():
    with pytest.raises(InvalidInput, match="are no maps"):
        fit(images(0), images(1), shape=(5280,))
