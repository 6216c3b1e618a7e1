"""Random changes of training images, each image its own; the changed image is also what is to be restored."""

# N images, H height, W width

from __future__ import annotations

import torch
from torch import Tensor

from synthgap_cli.vaes.training.recipes import Augmentation

STRENGTH: dict[Augmentation, float] = {"light": 0.1, "strong-colour": 0.4}
LUMA = (0.2989, 0.587, 0.114)  # ITU-R BT.601, as torchvision has it


def augment(unit: Tensor, augmentation: Augmentation, *, generator: torch.Generator) -> Tensor:
    """Return images ``(N, 3, H, W)`` in [0, 1], changed at random.

    Half of them are mirrored. Brightness, contrast, saturation and the gain of each channel are multiplied by
    factors from 1 - s to 1 + s; s is 0.1 for ``light`` and 0.4 for ``strong-colour``. ``none`` returns the
    images as they are.
    """
    if augmentation == "none":
        return unit
    factors = torch.rand((7, len(unit), 1, 1, 1), generator=generator, device=unit.device)
    mirrored = torch.where(factors[0] < 0.5, unit.flip(3), unit)
    brightness, contrast, saturation, *gains = 1 + STRENGTH[augmentation] * (2 * factors[1:] - 1)
    coloured = (mirrored * brightness * torch.cat(gains, dim=1)).clamp(0, 1)
    contrasted = blend(coloured, grey(coloured).mean(dim=(2, 3), keepdim=True), contrast)
    return blend(contrasted, grey(contrasted), saturation)


def grey(unit: Tensor) -> Tensor:
    """Return the luma ``(N, 1, H, W)``."""
    weights = unit.new_tensor(LUMA).view(1, 3, 1, 1)
    return (unit * weights).sum(dim=1, keepdim=True)


def blend(unit: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    """Return ``other`` where the factor is 0, ``unit`` where it is 1, beyond it above, clamped to [0, 1]."""
    return torch.lerp(other.expand_as(unit), unit, factor).clamp(0, 1)
