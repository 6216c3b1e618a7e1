"""Against a linear autoencoder, of which everything is known."""

import numpy as np
import pytest
import torch

from synthgap_cli.vaes.compactness import change_images, median_distance, step_latents, walk_lines
from synthgap_cli.vaes.model import Posterior, Vae
from synthgap_cli.vaes.options import ArchitectureOptions

CPU = torch.device("cpu")
SIZE, COUNT = 4, 70  # more images than a batch
WIDTH = 3 * SIZE * SIZE
LOG_VARIANCE = -1.5


class Linear(Vae):
    """A rotation of the pixels, times a gain, and back."""

    def __init__(self, gain=7.0, log_variance=LOG_VARIANCE, decoder_gain=1.0):
        super().__init__("linear", SIZE, options=ArchitectureOptions(), latent_shape=(WIDTH,))
        noise = torch.randn(WIDTH, WIDTH, generator=torch.Generator().manual_seed(0))
        self.turn, _ = torch.linalg.qr(noise)
        self.gain, self.log_variance_everywhere, self.decoder_gain = gain, log_variance, decoder_gain

    def encode(self, unit):
        mean = self.gain * unit.flatten(1) @ self.turn
        spread = self.log_variance_everywhere
        return Posterior.from_heads(mean, None if spread is None else torch.full_like(mean, spread))

    def decode(self, latents):
        return (self.decoder_gain / self.gain * latents @ self.turn.T).reshape(-1, 3, SIZE, SIZE)


@pytest.fixture
def unit():
    return torch.rand(COUNT, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("log_variance", "sigma"), [(None, 1.0), (LOG_VARIANCE, np.exp(LOG_VARIANCE / 2))])
def test_a_rotation_moves_latents_as_far_as_images(unit, log_variance, sigma):
    changed = unit + 0.01 * torch.arange(COUNT)[:, None, None, None]
    moves = change_images(Linear(log_variance=log_variance), unit, changed, device=CPU)
    torch.testing.assert_close(moves.latent, moves.image, rtol=1e-4, atol=1e-6)
    pixels = unit.flatten(1).double().numpy()
    distances = [np.linalg.norm(a - b) for i, a in enumerate(pixels) for b in pixels[:i]]
    expected = 0.01 * np.arange(COUNT) * np.sqrt(WIDTH) / np.sort(distances)[(len(distances) - 1) // 2]
    np.testing.assert_allclose(moves.image, expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(moves.noise, 7 * 0.01 * np.arange(COUNT) / sigma, rtol=1e-3, atol=1e-4)


def test_a_step_of_the_noise_has_its_length_and_moves_the_image_by_the_decoder_s_gain(unit):
    moves = step_latents(Linear(decoder_gain=3.0), unit, size=0.5, of="noise", seed=0, device=CPU)
    assert float(moves.noise.square().mean().sqrt()) == pytest.approx(0.5, rel=0.05)
    torch.testing.assert_close(moves.image, moves.latent, rtol=1e-4, atol=1e-6)  # both are shares


def test_a_step_of_the_spread_is_a_share_of_how_far_latents_differ(unit):
    small, large = (
        step_latents(Linear(gain), unit, size=0.1, of="spread", seed=0, device=CPU) for gain in (1.0, 50.0)
    )
    torch.testing.assert_close(small.latent, large.latent, rtol=1e-4, atol=1e-6)
    assert float(small.latent.square().mean().sqrt()) == pytest.approx(0.1 / np.sqrt(2), rel=0.05)


def test_images_cross_fade_evenly_on_the_lines_of_a_linear_space(unit):
    pairs = torch.tensor([[0, 1], [5, 60], [3, 2]])
    lines = walk_lines(Linear(), unit, pairs, steps=6, device=CPU)
    torch.testing.assert_close(lines.detour, torch.ones(3), rtol=1e-4, atol=0)
    torch.testing.assert_close(lines.largest_step, torch.ones(3), rtol=1e-4, atol=0)


class Jumping(Linear):
    """Shows one of two images, whichever side of the middle latents lie."""

    def decode(self, latents):
        return (super().decode(latents).mean(dim=(1, 2, 3), keepdim=True) > 0.5).float().expand(-1, 3, 4, 4)


def test_an_image_that_jumps_shows_in_the_largest_step():
    unit = torch.stack([torch.zeros(3, SIZE, SIZE), torch.ones(3, SIZE, SIZE)])
    lines = walk_lines(Jumping(), unit, torch.tensor([[0, 1]]), steps=6, device=CPU)
    assert lines.detour.item() == pytest.approx(1) and lines.largest_step.item() == pytest.approx(5)


def test_the_median_distance_is_between_different_rows():
    assert median_distance(torch.tensor([[0.0], [1.0], [10.0]])) == 9
