"""Random changes of training images, each image its own; the changed image is also what is to be restored."""

# N images, H height, W width, K numbers drawn for an image

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as transforms

from synthgap_cli.vaes.training.recipes import Augmentation

STRENGTH: dict[Augmentation, float] = {"light": 0.1, "strong-colour": 0.4}
K = 7  # mirrored or not; factors of red, green, blue, brightness, contrast and saturation


def draw_changes(count: int, *, generator: torch.Generator, device: torch.device) -> Tensor:
    """Return what `augment` is to do to ``count`` images: ``(count, K)``, uniform in [0, 1)."""
    return torch.rand((count, K), generator=generator, device=device)


def augment(unit: Tensor, augmentation: Augmentation, changes: Tensor) -> Tensor:
    """Return images ``(N, 3, H, W)`` in [0, 1], changed as their rows of ``changes (N, K)`` say.

    Half of them are mirrored. Each channel, then brightness, contrast and saturation as torchvision adjusts
    them, are multiplied by factors from 1 - s to 1 + s; s is 0.1 for ``light`` and 0.4 for ``strong-colour``.
    ``none`` returns the images as they are. An image's change depends on its own row alone.
    """
    if augmentation == "none":
        return unit
    factors = 1 + STRENGTH[augmentation] * (2 * changes[:, 1:] - 1)  # (N, 6)
    coloured = (unit * factors[:, :3, None, None]).clamp(0, 1)
    mirrored = changes[:, :1] < 0.5
    plans = torch.cat([mirrored, factors[:, 3:]], dim=1).tolist()  # waits for the device once
    changed = [_change(image, *plan) for image, plan in zip(coloured, plans, strict=True)]
    return torch.stack(changed).contiguous(memory_format=torch.channels_last)


def _change(image: Tensor, mirrored: float, brightness: float, contrast: float, saturation: float) -> Tensor:
    """Return one image ``(3, H, W)``, mirrored if that is 1, its tones multiplied by the factors."""
    if mirrored:
        image = transforms.horizontal_flip(image)
    image = transforms.adjust_brightness(image, brightness)
    changed: Tensor = transforms.adjust_saturation(transforms.adjust_contrast(image, contrast), saturation)
    return changed
