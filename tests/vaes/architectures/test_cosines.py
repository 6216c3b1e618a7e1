import numpy as np
import pytest
from scipy.fft import dctn

from synthgap_cli.vaes.architectures._cosines import CORRELATION, VARIANCES, Cosines, _colours


def _covariance(side, axis):
    """Return the covariance of the pixels of a square, along one axis of colour, ``(side^2, side^2)``."""
    place = np.arange(side)
    row = CORRELATION ** np.abs(place[:, None] - place)
    return VARIANCES[axis] * np.kron(row, row)


@pytest.mark.parametrize(("patch", "count"), [(8, 192), (16, 768), (16, 20), (4, 60)])
def test_cosines_are_orthonormal(patch, count):
    basis = Cosines.of_patch(patch, count).basis()
    assert basis.shape == (min(count, 3 * patch**2), 3 * patch**2)
    np.testing.assert_allclose(basis @ basis.T, np.eye(len(basis)), atol=1e-12)


def test_cosines_of_a_grey_patch_are_scipy_s_transform():
    patch = np.random.default_rng(0).random((8, 8))
    ours = Cosines.of_patch(8, 192).basis() @ np.stack([patch] * 3).ravel()
    told = ours[np.abs(ours) > 1e-9]  # the axes of colour say nothing
    np.testing.assert_allclose(np.sort(told), np.sort(3**0.5 * dctn(patch, norm="ortho").ravel()), atol=1e-12)


def test_what_varies_most_is_kept_first():
    cosines = Cosines.of_patch(8, 192)
    assert (np.diff(cosines.variance) <= 0).all()
    np.testing.assert_allclose(cosines.basis()[0], 192**-0.5)  # the mean intensity
    assert {cosines.colour[1], cosines.colour[2]} == {0}  # then a slope of it, in either direction


def test_variances_are_those_of_images_of_this_correlation():
    cosines = Cosines.of_patch(4, 48)
    basis, side = cosines.basis(), 4
    covariance = sum(
        np.kron(np.outer(direction, direction), _covariance(side, axis))
        for axis, direction in enumerate(_colours())
    )
    np.testing.assert_allclose(np.diag(basis @ covariance @ basis.T), cosines.variance, atol=1e-12)


def test_the_decoder_is_the_linear_estimate_of_least_error():
    size, count = 4, 9
    cosines = Cosines.of_patch(size, count)
    gain = np.linspace(3.0, 1.0, count)
    basis, directions = cosines.basis(), _colours()
    pixels = np.arange((3 * size) ** 2).reshape(3 * size, 3 * size)
    patches = [pixels[p * size :][:size, r * size :][:, :size] for p in range(3) for r in range(3)]
    covariance = sum(  # of all colours of all pixels of the 3x3 patches
        np.kron(np.outer(direction, direction), _covariance(3 * size, axis))
        for axis, direction in enumerate(directions)
    )
    observe = np.zeros((9, count, 3 * (3 * size) ** 2))
    for place, patch in enumerate(patches):
        columns = (np.arange(3)[:, None] * (3 * size) ** 2 + patch.ravel()).ravel()
        observe[place][:, columns] = gain[:, None] * basis
    observe = observe.reshape(9 * count, -1)
    middle = (np.arange(3)[:, None] * (3 * size) ** 2 + patches[4].ravel()).ravel()
    expected = np.linalg.solve(
        observe @ covariance @ observe.T + np.eye(9 * count), observe @ covariance[:, middle]
    ).T
    kernel = cosines.decoder(gain)  # (3 P^2, Z, 3, 3)
    ours = kernel.transpose(0, 2, 3, 1).reshape(3 * size**2, 9 * count)
    np.testing.assert_allclose(ours, expected, atol=1e-10)
