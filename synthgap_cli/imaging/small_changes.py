"""Changes of an image that a person hardly sees, by name."""

# N images, H height, W width

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.transforms.v2 import functional as kernels

NOISE = 0.02  # standard deviation, of intensities in [0, 1]
BRIGHTNESS = 0.05  # share
JPEG_QUALITY = 75

Change = Callable[[Tensor, torch.Generator], Tensor]


def shift_by_a_pixel(unit: Tensor, generator: torch.Generator) -> Tensor:
    """Return images ``(N, 3, H, W)`` moved a pixel to the right, the leftmost column repeated."""
    return F.pad(unit, (1, 0, 0, 0), mode="replicate")[..., :-1]


def brighten(unit: Tensor, generator: torch.Generator) -> Tensor:
    """Return images ``(N, 3, H, W)`` with intensities 5 % higher, at most 1."""
    return (unit * (1 + BRIGHTNESS)).clamp(0, 1)


def darken(unit: Tensor, generator: torch.Generator) -> Tensor:
    """Return images ``(N, 3, H, W)`` with intensities 5 % lower."""
    return unit * (1 - BRIGHTNESS)


def add_noise(unit: Tensor, generator: torch.Generator) -> Tensor:
    """Return images ``(N, 3, H, W)`` with normal noise of standard deviation 0.02, within [0, 1]."""
    return (unit + NOISE * torch.randn(unit.shape, generator=generator)).clamp(0, 1)


def compress(unit: Tensor, generator: torch.Generator) -> Tensor:
    """Return images ``(N, 3, H, W)`` as they come out of a JPEG file of quality 75."""
    levels = (unit * 255).round().to(torch.uint8)
    return torch.stack([kernels.jpeg(image, JPEG_QUALITY) for image in levels]).float() / 255


SMALL_CHANGES: dict[str, Change] = {
    "shift by a pixel": shift_by_a_pixel,
    "brightness +5 %": brighten,
    "brightness −5 %": darken,
    "noise, sd 0.02": add_noise,
    "JPEG, quality 75": compress,
}
