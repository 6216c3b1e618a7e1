"""What training makes small: how far reconstructions are from their images, and latents from N(0, I)."""

# N images, H height, W width, D = 3 H W intensities, L latent axes

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from synthgap_cli.imaging.ssim import ssim
from synthgap_cli.vaes.model import Posterior
from synthgap_cli.vaes.training.recipes import Loss, Recipe

Perceptual = Callable[[Tensor, Tensor], Tensor]
"""What was decoded and its images, ``(N, 3, H, W)`` in [0, 1], to the mean over images of their distance."""

CHARBONNIER_EPSILON = 1e-3  # an error of a quarter of a grey level: below it the gradient fades as MSE's does


def charbonnier(decoded: Tensor, unit: Tensor) -> Tensor:
    """Return the mean of ``sqrt(difference^2 + epsilon^2)``, epsilon 0.001.

    Charbonnier, Blanc-Feraud, Aubert and Barlaud (1994), doi:10.1109/ICIP.1994.413553.
    """
    return ((decoded - unit).square() + CHARBONNIER_EPSILON**2).sqrt().mean()


ERRORS: dict[Loss, Callable[[Tensor, Tensor], Tensor]] = {
    "mse": F.mse_loss,
    "l1": F.l1_loss,
    "charbonnier": charbonnier,
}


class Terms(NamedTuple):
    """The objective of a batch and what it is made of, float32 scalars.

    Every one is a mean over images, so the mean of a batch's equal parts is the batch's.

    Attributes
    ----------
    total : Tensor
        What is made small; `objective` has the formula.
    reconstruction : Tensor
        Mean over images and intensities of the recipe's loss.
    structure : Tensor
        Mean over images of ``1 - SSIM``, before its weight; 0 where that is 0.
    perceptual : Tensor
        Mean over images of the perceptual distance, before its weight; 0 where that is 0.
    kl : Tensor
        Mean over images of the whole divergence, in nats per image, free bits included.
    """

    total: Tensor
    reconstruction: Tensor
    structure: Tensor
    perceptual: Tensor
    kl: Tensor


def objective(
    unit: Tensor,
    decoded: Tensor,
    posterior: Posterior,
    *,
    recipe: Recipe,
    beta: float,
    perceptual: Perceptual | None = None,
) -> Terms:
    """Return the terms, in float32 whatever the network computed in.

    ``total = reconstruction + ssim_weight * structure + perceptual_weight * perceptual
    + beta * 2 * charged / D`` where ``charged`` is the KL divergence that `charged_kl` leaves of it; see
    `synthgap_cli.vaes.training.recipes.Recipe` for what beta is.

    Parameters
    ----------
    unit, decoded : (N, 3, H, W)
        Images in [0, 1], and what was decoded of a sample of their posterior.
    posterior : Posterior
    recipe : Recipe
        Its loss, weights and free bits.
    beta : float
        At this step, as `kl_weight` gives it.
    perceptual : callable
        The perceptual distance, where the recipe has a weight for it.

    Raises
    ------
    UsageProblem
        The recipe asks for SSIM, and an image is smaller than its window.
    """
    with torch.autocast(unit.device.type, enabled=False):
        unit, decoded = unit.float(), decoded.float()
        reconstruction = ERRORS[recipe.loss](decoded, unit)
        structure = similar = reconstruction.new_zeros(())
        if recipe.ssim_weight:
            structure = 1 - ssim(unit, decoded).mean()
        if recipe.perceptual_weight:
            assert perceptual is not None, "the recipe has a weight for a term that was not given"
            similar = perceptual(decoded, unit)
        divergence = charged_kl(posterior, recipe.free_bits)
        total = (
            reconstruction
            + recipe.ssim_weight * structure
            + recipe.perceptual_weight * similar
            + beta * 2 * divergence / unit[0].numel()
        )
        return Terms(total, reconstruction, structure, similar, posterior.kl().mean())


def charged_kl(posterior: Posterior, free_bits: float) -> Tensor:
    """Return the mean over images of the divergence, each latent costing at least ``free_bits`` nats.

    A latent that costs less has no gradient from here, so nothing draws it further to the prior. Kingma et
    al. (2016), arXiv:1606.04934, equation 15, take the greater of the two after averaging over the batch;
    here it is taken image by image, so that a batch can be computed in parts.
    """
    return posterior.kl_of_latents().clamp(min=free_bits).flatten(1).sum(dim=1).mean()


def kl_weight(recipe: Recipe, step: int, *, total_steps: int) -> float:
    """Return beta at a step: it grows from 0 in a straight line while warming up."""
    warm_up_steps = recipe.kl_warm_up * total_steps
    return recipe.beta * min(1.0, step / warm_up_steps) if warm_up_steps else recipe.beta
