import numpy as np
import pytest
import torch
from scipy.ndimage import correlate1d

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.ssim import ssim


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    image = rng.random((3, 3, 24, 20))
    return image, np.clip(image + 0.1 * rng.standard_normal(image.shape), 0, 1)


def _ssim_by_scipy(x, y):
    offsets = np.arange(-5, 6)
    window = np.exp(-(offsets**2) / (2 * 1.5**2))
    window /= window.sum()

    def blur(plane):
        return correlate1d(correlate1d(plane, window, axis=0), window, axis=1)[5:-5, 5:-5]

    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    luminance = (2 * mx * my + 1e-4) / (mx**2 + my**2 + 1e-4)
    structure = (2 * cov + 9e-4) / (vx + vy + 9e-4)
    return float((luminance * structure).mean())


def test_ssim_is_that_of_a_direct_computation(pair):
    image, reconstruction = pair
    expected = [
        np.mean([_ssim_by_scipy(a, b) for a, b in zip(*planes, strict=True)])
        for planes in zip(image, reconstruction, strict=True)
    ]
    np.testing.assert_allclose(ssim(*map(torch.from_numpy, pair)).numpy(), expected, rtol=1e-10)


def test_ssim_of_an_image_with_itself_is_one(pair):
    image = torch.from_numpy(pair[0])
    np.testing.assert_allclose(ssim(image, image).numpy(), 1, rtol=1e-10)


def test_the_gradient_of_ssim_is_that_of_finite_differences(pair):
    image, reconstruction = (torch.from_numpy(side[:1, :1, :12, :12]) for side in pair)
    assert torch.autograd.gradcheck(
        ssim, (image.clone().requires_grad_(), reconstruction.clone().requires_grad_()), fast_mode=True
    )


def test_images_smaller_than_the_window_are_refused():
    with pytest.raises(UsageProblem, match="windows of 11 pixels; the images have 8"):
        ssim(torch.rand(1, 3, 8, 16), torch.rand(1, 3, 8, 16))
