import numpy as np
import pytest
import torch

from synthgap_cli.vaes.quality import psnr


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    image = rng.random((3, 3, 24, 20))
    return image, np.clip(image + 0.1 * rng.standard_normal(image.shape), 0, 1)


def test_psnr_is_that_of_each_image_with_peak_one(pair):
    image, reconstruction = pair
    expected = [10 * np.log10(1 / np.mean((a - b) ** 2)) for a, b in zip(image, reconstruction, strict=True)]
    np.testing.assert_allclose(psnr(*map(torch.from_numpy, pair)).numpy(), expected, rtol=1e-10)


def test_psnr_of_an_image_with_itself_is_infinite():
    image = torch.rand(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    assert psnr(image, image).isposinf().all()
