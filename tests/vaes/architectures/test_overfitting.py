"""One batch is learned by heart: what an architecture cannot do here it cannot do anywhere."""

import numpy as np
import pytest
import torch

from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.quality import psnr
from synthgap_cli.vaes.training.schedules import one_cycle

CORE = {"hidden": (1024, 256), "latents": 64}
# options of a small network, steps, and the highest learning rate
SMALL = {
    "resvae": ({"blocks": 16}, 200, 6e-3),
    "attention": ({"width": 16}, 300, 4e-3),
    "compact": ({"width": 16}, 300, 3e-3),
    "classic": (CORE, 100, 2e-3),
    "squeezenet1_1": (CORE, 400, 4e-3),
}


def _like_photographs(count, size):
    """Return noise whose amplitude falls with frequency, mostly grey, ``(count, 3, size, size)``."""
    rng = np.random.default_rng(0)
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)) + 1 / size
    planes = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((count, 3, size, size))) / frequency**2)
    planes -= planes.mean(axis=(2, 3), keepdims=True)
    planes = planes[:, :1] + 0.3 * planes
    return torch.from_numpy(0.5 + 0.2 * planes / planes.std()).float().clamp(0, 1)


@pytest.mark.parametrize("architecture", SMALL)
def test_one_batch_is_learned_by_heart_in_spite_of_the_noise(architecture):
    options, steps, rate = SMALL[architecture]
    torch.manual_seed(0)
    vae = build_vae({"architecture": architecture, "image_size": 32, "options": options})
    unit = _like_photographs(2, 32)
    optimizer = torch.optim.Adam(vae.parameters(), betas=(0.9, 0.99), fused=True)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = rate * one_cycle(step, steps)
        decoded, _ = vae(unit, torch.randn(2, *vae.latent_shape))
        optimizer.zero_grad()
        (decoded - unit).square().mean().backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimizer.step()
    vae.eval()
    with torch.inference_mode():
        restored = vae.decode(vae.encode(unit).mean)
    assert float(psnr(unit, restored).mean()) > 30
