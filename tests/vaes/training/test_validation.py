import numpy as np
import pytest
import torch

from synthgap_cli.imaging.ssim import ssim
from synthgap_cli.vaes.architectures.classic import Options
from synthgap_cli.vaes.model import Posterior, Vae
from synthgap_cli.vaes.training.validation import HIGHEST_PSNR, restore, validate

CPU = torch.device("cpu")


class _Means(Vae):
    """Encodes an image as its mean colour, and one latent that never changes; decodes to the colour."""

    def __init__(self, size):
        super().__init__("means", size, options=Options(), latent_shape=(4,))
        self.encoded = 0

    def encode(self, unit):
        self.encoded += 1
        mean = torch.cat([unit.mean(dim=(2, 3)), 3 * torch.ones(len(unit), 1)], dim=1)
        return Posterior.from_heads(mean, torch.full_like(mean, -4))

    def decode(self, latents):
        return latents[:, :3, None, None].expand(-1, -1, self.image_size, self.image_size)


def _validate(images, batch_size=2, *, vae=None, seed=0):
    batches = [images[start : start + batch_size] for start in range(0, len(images), batch_size)]
    return validate(vae or _Means(images.shape[1]), batches, device=CPU, precision="fp32", seed=seed)


def _images(size):
    rng = np.random.default_rng(0)
    return (rng.random((7, 1, 1, 3)) * rng.integers(0, 256, (7, size, size, 3))).astype(np.uint8)


@pytest.fixture
def images():
    return _images(12)


def test_figures_are_those_of_a_direct_computation(images):
    unit = images / 255.0
    means = unit.mean(axis=(1, 2))
    noise = np.random.default_rng(5).standard_normal((7, 4), dtype=np.float32)
    samples = means + np.exp(-2) * noise[:, :3]
    flat, sampled = (np.broadcast_to(colours[:, None, None, :], unit.shape) for colours in (means, samples))
    errors, sampled_errors = (((unit - restored) ** 2).mean(axis=(1, 2, 3)) for restored in (flat, sampled))
    similar = ssim(*(torch.from_numpy(np.moveaxis(side, 3, 1).copy()) for side in (unit, flat)))
    result = _validate(images, seed=5)
    assert result.val_mse == pytest.approx(errors.mean(), rel=1e-5)
    assert result.val_psnr == pytest.approx((-10 * np.log10(errors)).mean(), rel=1e-5)
    assert result.val_psnr_sampled == pytest.approx((-10 * np.log10(sampled_errors)).mean(), rel=1e-5)
    assert result.val_ssim == pytest.approx(float(similar.mean()), rel=1e-4)
    assert result.mean_square_mu == pytest.approx(((means**2).sum(axis=1) + 9).mean() / 4, rel=1e-5)
    assert result.active_units == (means.var(axis=0) > 0.01).sum() > 0


@pytest.mark.parametrize("batch_size", [1, 3])
def test_figures_do_not_depend_on_batch_size(images, batch_size):
    whole, parts = _validate(images, 7), _validate(images, batch_size)
    assert vars(parts) == pytest.approx(vars(whole), rel=1e-6)


def test_the_noise_is_the_same_each_time_and_another_for_another_seed(images):
    once, again, other = (_validate(images, seed=seed).val_psnr_sampled for seed in (1, 1, 2))
    assert once == again != other


def test_validation_draws_from_no_global_generator(images):
    torch.manual_seed(0)
    _validate(images)
    after = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(after, torch.rand(1))


def test_each_batch_is_encoded_once(images):
    vae = _Means(12)
    _validate(images, 3, vae=vae)
    assert vae.encoded == 3


def test_images_smaller_than_the_window_have_no_ssim():
    assert np.isnan(_validate(_images(8)).val_ssim)
    assert np.isfinite(_validate(_images(8)).val_psnr)


def test_an_image_restored_exactly_leaves_the_mean_finite():
    assert _validate(np.zeros((3, 4, 4, 3), np.uint8)).val_psnr == HIGHEST_PSNR


def test_validation_can_be_stopped_between_two_batches(images):
    vae = _Means(12)

    def interrupted():
        yield images[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        validate(vae, interrupted(), device=CPU, precision="fp32", seed=0)
    assert vae.encoded == 1


def test_restored_images_are_the_decoded_means_beside_the_originals_at_the_same_size(images):
    original, restored = restore(_Means(6), images, device=CPU, precision="fp32")
    assert original.shape == restored.shape == (7, 6, 6, 3)
    assert original.dtype == restored.dtype == np.uint8
    expected = np.broadcast_to(original.mean(axis=(1, 2), keepdims=True), restored.shape)
    np.testing.assert_allclose(restored, expected, atol=1)
