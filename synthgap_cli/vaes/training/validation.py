"""How well an autoencoder restores images that it was not trained on."""

# N images, n images of a batch, H height, W width, L latent axes

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.devices import Precision, autocast, map_batches
from synthgap_cli.imaging.ssim import SSIM_WINDOW, ssim
from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.quality import psnr

ACTIVE_VARIANCE = 0.01
HIGHEST_PSNR = 60.0  # dB; one image restored exactly must not make the mean infinite


@dataclass(frozen=True)
class Validation:
    """What decoding the latents of held-out images gives, independent of every weight of the objective.

    Attributes
    ----------
    val_psnr : float
        Mean over images of each image's peak signal-to-noise ratio, in dB, the posterior's mean decoded.
    val_psnr_sampled : float
        The same of a sample of the posterior. Much lower where noise of size one drowns the means.
    val_ssim : float
        Mean over images of their structural similarity, the mean decoded; NaN below 11 pixels.
    val_mse : float
        Mean over images and intensities, the mean decoded.
    mean_square_mu : float
        Mean over images and latents: far above 1, unit noise hardly matters.
    active_units : int
        Latents whose mean varies between images by more than 0.01: Burda, Grosse, Salakhutdinov (2016),
        arXiv:1509.00519, section 5.
    """

    val_psnr: float
    val_psnr_sampled: float
    val_ssim: float
    val_mse: float
    mean_square_mu: float
    active_units: int


def validate(
    vae: Vae,
    batches: Iterable[NDArray[np.uint8]],
    *,
    device: torch.device,
    precision: Precision,
    seed: int,
) -> Validation:
    """Return how well ``vae`` restores uint8 batches ``(n, H, W, 3)``; it is left in evaluation mode.

    Each image's noise is a function of ``seed`` and of its place in the order of all: it depends neither on
    the batch size nor on the device, and is the same after every epoch. Batches are taken one by one, so
    whoever hands them in can stop between two.
    """
    vae.eval()

    def restore_batch(drawn: tuple[NDArray[np.uint8], NDArray[np.float32]]) -> tuple[Tensor, Tensor]:
        images, noise = drawn
        with torch.inference_mode():
            unit = to_unit_tensor(images, device=device, size=vae.image_size)
            with autocast(device, precision):
                posterior = vae.encode(unit)
                decoded = vae.decode(posterior.mean)
                sampled = vae.decode(posterior.sample(torch.from_numpy(noise).to(device)))
            return _compare(unit, decoded, sampled).cpu(), posterior.mean.cpu().double()

    per_image: list[Tensor] = []
    sums = squares = torch.zeros(vae.latent_shape, dtype=torch.float64)
    for compared, mean in map_batches(restore_batch, _with_noise(batches, vae, seed), device=device):
        per_image.append(compared)
        sums = sums + mean.sum(dim=0)  # (n, L) to (L,)
        squares = squares + mean.square().sum(dim=0)
    columns = torch.cat(per_image, dim=1).double()  # (4, N)
    num_images = columns.shape[1]
    variance = squares / num_images - (sums / num_images).square()
    val_psnr, val_psnr_sampled, val_ssim, val_mse = columns.mean(dim=1).tolist()
    return Validation(
        val_psnr=val_psnr,
        val_psnr_sampled=val_psnr_sampled,
        val_ssim=val_ssim,
        val_mse=val_mse,
        mean_square_mu=float(squares.mean() / num_images),
        active_units=int((variance > ACTIVE_VARIANCE).sum()),
    )


def _with_noise(
    batches: Iterable[NDArray[np.uint8]], vae: Vae, seed: int
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.float32]]]:
    """Yield each batch with noise ``(n, L)``, drawn number by number: torch's rounds a batch up to 16."""
    rng = np.random.default_rng(seed)
    for images in batches:
        yield images, rng.standard_normal((len(images), *vae.latent_shape), dtype=np.float32)


@torch.inference_mode()
def restore(
    vae: Vae, images: NDArray[np.uint8], *, device: torch.device, precision: Precision
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return uint8 ``(n, H, W, 3)`` at the size of ``vae``: the images, and their decoded means."""
    vae.eval()
    unit = to_unit_tensor(images, device=device, size=vae.image_size)
    with autocast(device, precision):
        decoded = vae.decode(vae.encode(unit).mean)
    return to_uint8(unit), to_uint8(decoded)


def _compare(unit: Tensor, decoded: Tensor, sampled: Tensor) -> Tensor:
    """Return PSNR, PSNR of the sample, SSIM and MSE of each image, float32 ``(4, n)``."""
    unit, decoded, sampled = unit.float(), decoded.float(), sampled.float()
    ratios = [psnr(unit, restored).clamp(max=HIGHEST_PSNR) for restored in (decoded, sampled)]
    large_enough = min(unit.shape[-2:]) >= SSIM_WINDOW
    similarity = ssim(unit, decoded) if large_enough else torch.full_like(ratios[0], math.nan)
    return torch.stack([*ratios, similarity, (unit - decoded).square().mean(dim=(1, 2, 3))])
