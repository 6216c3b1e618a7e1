"""How compact a latent space is: what small image changes do to latents, and small latent steps to images."""

# N images, P pairs of them, H height, W width, L the latent axes (latent_shape), T images of a line

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from synthgap_cli.vaes.model import Posterior, Vae

BATCH = 64
StepUnit = Literal["noise", "spread"]


@dataclass(frozen=True)
class Moves:
    """How far images and their latents moved together, float32 ``(N,)`` each.

    Attributes
    ----------
    image : Tensor
        Euclidean distance between an image before and after, as a share of the median distance between two
        images.
    latent : Tensor
        The same of the latents. An encoder that keeps distances in proportion has ``latent == image``.
    noise : Tensor
        Root mean square, over latents, of the latent distance in units of the posterior's standard deviation:
        below 1 a draw from the posterior moves latents further.
    """

    image: Tensor
    latent: Tensor
    noise: Tensor


@dataclass(frozen=True)
class Lines:
    """What is decoded on straight lines between latents, float32 ``(P,)`` each.

    Attributes
    ----------
    detour : Tensor
        Length of the way through the images over the distance of its ends: 1 where images cross-fade.
    largest_step : Tensor
        The largest step in the image over the mean step: 1 where all are alike, large where it jumps.
    """

    detour: Tensor
    largest_step: Tensor


def change_images(vae: Vae, unit: Tensor, changed: Tensor, *, device: torch.device) -> Moves:
    """Return how far a change of images moves their posterior means (thesis, note 13).

    Parameters
    ----------
    unit, changed : float32 (N, 3, H, W)
        In [0, 1], of the autoencoder's size, before and after; a few hundred, for all are held in memory.
    """
    before, after = encode_all(vae, unit, device), encode_all(vae, changed, device)
    return Moves(
        _norms(changed - unit) / median_distance(unit),
        _norms(after.mean - before.mean) / median_distance(before.mean),
        _in_noise(after.mean - before.mean, before),
    )


def step_latents(
    vae: Vae, unit: Tensor, *, size: float, of: StepUnit, seed: int, device: torch.device
) -> Moves:
    """Return how far a random step from the posterior means moves the images decoded from them.

    Parameters
    ----------
    unit : float32 (N, 3, H, W)
    size : float
        Standard deviation of the normal step along each latent axis,
    of : {"noise", "spread"}
        in units of the posterior's standard deviation, which training decoded from; or of the standard
        deviation over images of that axis, which is comparable between spaces of different scale.

    Returns
    -------
    Moves
        ``image`` as a share of the median distance between two decoded images.
    """
    posterior = encode_all(vae, unit, device)
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(posterior.mean.shape, generator=generator)
    step = size * (posterior.sample(noise) - posterior.mean if of == "noise" else _spread(posterior) * noise)
    before = decode_all(vae, posterior.mean, device)
    after = decode_all(vae, posterior.mean + step, device)
    return Moves(
        _norms(after - before) / median_distance(before),
        _norms(step) / median_distance(posterior.mean),
        _in_noise(step, posterior),
    )


def walk_lines(vae: Vae, unit: Tensor, pairs: Tensor, *, steps: int, device: torch.device) -> Lines:
    """Return how the images change on the lines between the latents of pairs of images.

    Parameters
    ----------
    unit : float32 (N, 3, H, W)
    pairs : int64 (P, 2)
        Rows of ``unit``.
    steps : int
        T, both ends included.
    """
    means = encode_all(vae, unit, device).mean  # (N, L)
    share = torch.linspace(0, 1, steps)
    ratios = []
    for first, last in means[pairs]:  # (L), (L)
        line = torch.stack([torch.lerp(first, last, float(weight)) for weight in share])  # (T, L)
        images = decode_all(vae, line, device)  # (T, 3, H, W)
        lengths = _norms(images.diff(dim=0))  # (T - 1,)
        whole = _norms(images[-1:] - images[:1])
        ratios.append(torch.cat([lengths.sum() / whole, (lengths.max() / lengths.mean()).unsqueeze(0)]))
    detour, largest_step = torch.stack(ratios).unbind(dim=1)
    return Lines(detour, largest_step)


def median_distance(rows: Tensor) -> Tensor:
    """Return the median Euclidean distance between two different rows of ``(N, ...)``."""
    return torch.pdist(rows.flatten(1)).median()


def encode_all(vae: Vae, unit: Tensor, device: torch.device) -> Posterior:
    """Return the posteriors of all images, on the CPU."""
    with torch.inference_mode():
        parts = [vae.encode(batch.to(device)) for batch in torch.split(unit, BATCH)]
    spreads = [part.log_variance.cpu() for part in parts if part.log_variance is not None]
    return Posterior(torch.cat([part.mean.cpu() for part in parts]), torch.cat(spreads) if spreads else None)


def decode_all(vae: Vae, latents: Tensor, device: torch.device) -> Tensor:
    """Return the images ``(N, 3, H, W)`` of latents ``(N, L)``, on the CPU."""
    with torch.inference_mode():
        return torch.cat([vae.decode(batch.to(device)).cpu() for batch in torch.split(latents, BATCH)])


def _spread(posterior: Posterior) -> Tensor:
    """Return the standard deviation over images of each latent axis, ``(L)``."""
    return posterior.mean.std(dim=0)


def _norms(rows: Tensor) -> Tensor:
    return rows.flatten(1).square().sum(dim=1).sqrt()


def _in_noise(step: Tensor, posterior: Posterior) -> Tensor:
    if posterior.log_variance is not None:
        step = step * (-0.5 * posterior.log_variance).exp()
    return step.flatten(1).square().mean(dim=1).sqrt()
