import numpy as np
import pytest
import torch

from synthgap_cli.vaes.architectures.classic import Options
from synthgap_cli.vaes.model import Posterior, Vae
from synthgap_cli.vaes.training.validation import HIGHEST_PSNR, validate


class _Means(Vae):
    """Encodes an image as its mean colour, and one latent that never changes; decodes to the colour."""

    def __init__(self):
        super().__init__("means", 4, options=Options(), latent_shape=(4,))

    def encode(self, unit):
        return Posterior.from_heads(torch.cat([unit.mean(dim=(2, 3)), 3 * torch.ones(len(unit), 1)], dim=1))

    def decode(self, latents):
        return latents[:, :3, None, None].expand(-1, -1, 4, 4)


def _validate(images, batch_size=2):
    batches = [images[start : start + batch_size] for start in range(0, len(images), batch_size)]
    return validate(_Means(), batches, device=torch.device("cpu"), precision="fp32")


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    return (rng.random((7, 1, 1, 3)) * rng.integers(0, 256, (7, 4, 4, 3))).astype(np.uint8)


def test_figures_are_those_of_a_direct_computation(images):
    unit = images / 255.0
    means = unit.mean(axis=(1, 2))
    errors = ((unit - means[:, None, None, :]) ** 2).mean(axis=(1, 2, 3))
    result = _validate(images)
    assert result.val_mse == pytest.approx(errors.mean(), rel=1e-5)
    assert result.val_psnr == pytest.approx((-10 * np.log10(errors)).mean(), rel=1e-5)
    assert result.mean_square_mu == pytest.approx(((means**2).sum(axis=1) + 9).mean() / 4, rel=1e-5)
    assert result.active_units == (means.var(axis=0) > 0.01).sum() > 0


def test_figures_do_not_depend_on_batch_size(images):
    whole, parts = _validate(images, 7), _validate(images, 3)
    assert parts.val_psnr == pytest.approx(whole.val_psnr, rel=1e-6)
    assert parts.mean_square_mu == pytest.approx(whole.mean_square_mu, rel=1e-6)
    assert parts.active_units == whole.active_units


def test_an_image_restored_exactly_leaves_the_mean_finite():
    assert _validate(np.zeros((3, 4, 4, 3), np.uint8)).val_psnr == HIGHEST_PSNR
