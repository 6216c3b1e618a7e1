import numpy as np
import pytest
import torch

from synthgap_cli.vaes.architectures._cosines import Cosines
from synthgap_cli.vaes.architectures._linear_path import BETA, LinearPath
from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.model import clamped
from synthgap_cli.vaes.quality import psnr


def test_latents_are_cosines_as_loud_as_the_kl_weight_says():
    path = LinearPath(8, 5, scale=10.0)
    cosines = Cosines.of_patch(8, 5)
    unit = torch.rand(2, 3, 24, 16)
    with torch.inference_mode():
        encoded = 10 * path.encode(unit)
    patches = torch.nn.functional.pixel_unshuffle(unit - 0.5, 8).numpy()
    gain = (BETA * cosines.variance) ** -0.25
    expected = np.einsum("k,kd,ndhw->nkhw", gain, cosines.basis(), patches)
    np.testing.assert_allclose(encoded.numpy(), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("name", "bound"), [("attention", 28.0), ("compact", 26.0)])
def test_an_untrained_network_restores_smooth_images(name, bound):
    vae = build_vae({"architecture": name, "image_size": 64}).eval()
    unit = _waves(64)
    with torch.inference_mode():
        restored = vae.decode(vae.encode(unit).mean)
    assert float(psnr(unit, restored).mean()) > bound


@pytest.mark.parametrize("name", ["attention", "compact"])
def test_patches_meet_without_a_border_that_can_be_seen(name):
    vae = build_vae({"architecture": name, "image_size": 64}).eval()
    with torch.inference_mode():
        restored = vae.decode(vae.encode(_waves(64)).mean)
    steps = restored.diff(dim=3).abs().mean(dim=(0, 1, 2))  # between columns
    border = torch.arange(63) % 8 == 7
    assert steps[border].mean() < 1.25 * steps[~border].mean()


def test_clamped_images_keep_their_gradient():
    image = torch.tensor([-0.5, 0.25, 1.5], requires_grad=True)
    restored = clamped(image)
    assert restored.tolist() == [0.0, 0.25, 1.0]
    (2 * restored).sum().backward()
    assert image.grad.tolist() == [2.0, 2.0, 2.0]


def _waves(size):
    """Return smooth images of several directions, of colours as pale as photographs have them."""
    axis = torch.linspace(0, 1, size)
    waves = [0.5 + 0.4 * torch.sin(a * axis[:, None] + b * axis) for a, b in ((6, 4), (3, -7), (9, 2))]
    return torch.stack([torch.stack([wave, 0.9 * wave, 0.8 * wave]) for wave in waves])
