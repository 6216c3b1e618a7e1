"""What a shift adds to the small image, enlarged and added to the large one."""

# N images, h and w of the small ones, H and W of the large ones

from __future__ import annotations

from torch import Tensor


def fit(before: Tensor, after: Tensor) -> Tensor:
    """Return the difference of the two, float32 ``(N, 3, h, w)``."""
    return after - before


def apply(pixels: Tensor, coefficients: Tensor) -> Tensor:
    """Return the pixels and the difference ``(3, H, W)`` added up, not clipped."""
    return pixels + coefficients
