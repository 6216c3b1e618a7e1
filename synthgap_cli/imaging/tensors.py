"""Between uint8 rows and unit tensors, with the one resize filter of the program."""

# N images, H height, W width

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor


def to_unit_tensor(images: NDArray[np.uint8], *, device: torch.device, size: int | None = None) -> Tensor:
    """Return images on the device, float32 ``(N, 3, H, W)`` in [0, 1], channels last.

    Parameters
    ----------
    images : uint8 (N, H, W, 3)
        As an images store holds them.
    size : int, optional
        Height and width of the result, in pixels; as stored by default.
    """
    unit = torch.from_numpy(images).to(device).permute(0, 3, 1, 2).float().div_(255)  # (N, 3, H, W)
    if size is not None and unit.shape[-2:] != (size, size):
        unit = resize(unit, size)
    return unit.contiguous(memory_format=torch.channels_last)


def resize(unit: Tensor, size: int) -> Tensor:
    """Return ``(N, 3, size, size)``: antialiased bicubic, clamped to [0, 1] (the filter overshoots)."""
    return F.interpolate(unit, size=(size, size), mode="bicubic", antialias=True).clamp_(0, 1)


def to_uint8(unit: Tensor) -> NDArray[np.uint8]:
    """Return uint8 ``(N, H, W, 3)`` of a ``(N, 3, H, W)`` tensor in [0, 1], rounded to nearest."""
    levels = unit.detach().float().clamp(0, 1).mul(255).round().to(torch.uint8)
    return levels.permute(0, 2, 3, 1).contiguous().cpu().numpy()
