"""How well an autoencoder restores images that it was not trained on."""

# N images, H height, W width, L latent axes, Z latents

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.devices import Precision, autocast
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.quality import psnr

ACTIVE_VARIANCE = 0.01
HIGHEST_PSNR = 60.0  # dB; one image restored exactly must not make the mean infinite


@dataclass(frozen=True)
class Validation:
    """What decoding the means of held-out images gives.

    Attributes
    ----------
    val_psnr : float
        Mean over images of each image's peak signal-to-noise ratio, in dB.
    val_mse : float
        Mean over images and intensities.
    mean_square_mu : float
        Mean over images and latents: far above 1, unit noise hardly matters.
    active_units : int
        Latents whose mean varies between images by more than 0.01: Burda, Grosse, Salakhutdinov (2016),
        arXiv:1509.00519, section 5.
    """

    val_psnr: float
    val_mse: float
    mean_square_mu: float
    active_units: int


@torch.inference_mode()
def validate(
    vae: Vae, batches: Iterable[NDArray[np.uint8]], *, device: torch.device, precision: Precision
) -> Validation:
    """Return how well ``vae`` restores uint8 batches ``(n, H, W, 3)``, decoding the mean, without noise."""
    vae.eval()
    ratios, errors = [], []
    sums = squares = torch.zeros(vae.latent_shape, dtype=torch.float64)
    for images in batches:
        unit = to_unit_tensor(images, device=device, size=vae.image_size)
        with autocast(device, precision):
            mean = vae.encode(unit).mean  # (n, L)
            decoded = vae.decode(mean)
        ratios.append(psnr(unit, decoded).clamp(max=HIGHEST_PSNR))
        errors.append((unit - decoded).square().mean(dim=(1, 2, 3)))
        sums = sums + mean.cpu().double().sum(dim=0)
        squares = squares + mean.cpu().double().square().sum(dim=0)
    num_images = sum(map(len, ratios))
    variance = squares / num_images - (sums / num_images).square()
    return Validation(
        val_psnr=float(torch.cat(ratios).mean()),
        val_mse=float(torch.cat(errors).mean()),
        mean_square_mu=float(squares.mean() / num_images),
        active_units=int((variance > ACTIVE_VARIANCE).sum()),
    )
