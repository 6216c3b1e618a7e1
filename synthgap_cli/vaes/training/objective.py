"""What training makes small: the error of the reconstruction and the divergence from N(0, I)."""

# N images, H height, W width, D = 3 H W intensities

from __future__ import annotations

from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor

from synthgap_cli.vaes.model import Posterior
from synthgap_cli.vaes.training.recipes import Loss, Recipe

def charbonnier(decoded: Tensor, unit: Tensor) -> Tensor:
    """Return the mean of ``sqrt(difference^2 + 1e-6)``: Charbonnier et al. (1994), doi:10.1109/ICIP.1994.413553."""
    return ((decoded - unit).square() + 1e-6).sqrt().mean()


ERRORS = {"charbonnier": charbonnier, "mse": F.mse_loss, "l1": F.l1_loss}


class Terms(NamedTuple):
    """The objective of a batch and what it is made of, float32 scalars.

    Attributes
    ----------
    total : Tensor
        ``reconstruction + beta * 2 * kl / D``; see `synthgap_cli.vaes.training.recipes.Recipe` for beta.
    reconstruction : Tensor
        Mean over images and intensities.
    kl : Tensor
        Mean over images, in nats per image.
    """

    total: Tensor
    reconstruction: Tensor
    kl: Tensor


def objective(unit: Tensor, decoded: Tensor, posterior: Posterior, *, loss: Loss, beta: float) -> Terms:
    """Return the terms, computed in float32, of images and what was decoded of them, ``(N, 3, H, W)``."""
    reconstruction = ERRORS[loss](decoded, unit)
    kl = posterior.kl().mean()
    return Terms(reconstruction + beta * 2 * kl / unit[0].numel(), reconstruction, kl)


def kl_weight(recipe: Recipe, step: int, *, total_steps: int) -> float:
    """Return beta at a step: it grows from 0 in a straight line while warming up."""
    warm_up_steps = recipe.kl_warm_up * total_steps
    return recipe.beta * min(1.0, step / warm_up_steps) if warm_up_steps else recipe.beta
