import numpy as np
import pytest
import torch
from scipy.fft import dctn

from synthgap_cli.vaes.architectures._linear_path import BETA, LinearPath, cosines
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.model import clamped
from synthgap_cli.vaes.quality import psnr


@pytest.mark.parametrize(("patch", "count"), [(8, 192), (16, 768), (16, 20)])
def test_cosines_are_orthonormal(patch, count):
    basis, _ = cosines(patch, count)
    torch.testing.assert_close(basis @ basis.T, torch.eye(count), atol=1e-5, rtol=0)


def test_cosines_of_a_grey_patch_are_scipy_s_transform():
    patch = np.random.default_rng(0).random((8, 8), dtype=np.float32)
    basis, _ = cosines(8, 192)
    ours = (basis @ torch.from_numpy(np.stack([patch] * 3)).flatten()).numpy()
    told = ours[np.abs(ours) > 1e-5]  # the axes of colour say nothing
    np.testing.assert_allclose(np.sort(told), np.sort(3**0.5 * dctn(patch, norm="ortho").ravel()), atol=1e-5)


def test_what_varies_most_is_kept_first():
    basis, variance = cosines(8, 192)
    assert (variance.diff() <= 0).all()
    torch.testing.assert_close(basis[0], torch.full((192,), 192**-0.5))  # the mean intensity
    red_against_blue = basis[1].view(3, 64).mean(dim=1)
    assert red_against_blue[0] == -red_against_blue[2] > 0


def test_what_is_kept_comes_back_by_as_much_as_can_be_told_from_the_noise():
    path = LinearPath(8, 5, scale=10.0).double()
    basis, variance = (values.double() for values in cosines(8, 5))
    unit = torch.rand(2, 3, 24, 16, dtype=torch.float64)
    with torch.inference_mode():
        encoded = path.encode(unit)
        restored = path.decode(encoded)
    patches = torch.nn.functional.pixel_unshuffle(unit - 0.5, 8)
    kept = torch.einsum("kd,ndhw->nkhw", basis, patches)
    power = (variance / BETA).sqrt()  # variance of the latents, of their noise 1
    weighed = torch.einsum("kd,nkhw->ndhw", (power / (1 + power))[:, None] * basis, kept)
    torch.testing.assert_close(
        10 * encoded, (power / variance).sqrt()[:, None, None] * kept, rtol=1e-5, atol=1e-5
    )
    expected = torch.nn.functional.pixel_shuffle(weighed, 8) + 0.5
    torch.testing.assert_close(restored, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("name", "bound"), [("attention", 28.0), ("compact", 26.0)])
def test_an_untrained_network_restores_smooth_images(name, bound):
    axis = torch.linspace(0, 1, 64)
    wave = 0.5 + 0.4 * torch.sin(6 * axis[:, None] + 4 * axis)  # (64, 64)
    unit = torch.stack([wave, 0.9 * wave, 0.8 * wave])[None]  # colours as pale as photographs have them
    vae = build_vae({"architecture": name, "image_size": 64}).eval()
    with torch.inference_mode():
        restored = vae.decode(vae.encode(unit).mean)
    assert float(psnr(unit, restored)) > bound


def test_clamped_images_keep_their_gradient():
    image = torch.tensor([-0.5, 0.25, 1.5], requires_grad=True)
    restored = clamped(image)
    assert restored.tolist() == [0.0, 0.25, 1.0]
    (2 * restored).sum().backward()
    assert image.grad.tolist() == [2.0, 2.0, 2.0]
