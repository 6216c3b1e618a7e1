"""Coefficients of a small image applied to the large one, a band of rows at a time."""

# K coefficients of a position, h and w of the small image, H and W of the large one, b rows of a band

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from synthgap_cli.translation.detail import Detail

BAND_VALUES = 1 << 18
"""Coefficients of a band: about what a processor's own cache holds. A large image then costs no more a pixel
than a small one, and no more memory than itself."""


def apply_to_levels(levels: Tensor, coefficients: Tensor, detail: Detail) -> Tensor:
    """Return an image's levels after what the coefficients say, in the type of ``levels``.

    Parameters
    ----------
    levels : (3, H, W)
        uint8, 0 to 255, or float32, 0 to 1. Each result is rounded once, at the end, and clamped.
    coefficients : float32 (K, h, w)
        Of `Detail.fit`, enlarged bilinearly, corners of both images lying on each other.
    detail : Detail
    """
    height, width = levels.shape[1:]
    scale = 255 if levels.dtype == torch.uint8 else 1
    wide = F.interpolate(coefficients, size=width, mode="linear")  # (K, h, W)
    above, below, share = _between(coefficients.shape[1], height)
    changed = torch.empty_like(levels)
    step = max(1, BAND_VALUES // (len(coefficients) * width))
    for start in range(0, height, step):
        band = slice(start, start + step)
        of_band = torch.lerp(wide[:, above[band]], wide[:, below[band]], share[band])  # (K, b, W)
        pixels = detail.apply(levels[:, band].float() / scale, of_band)  # (3, b, W)
        pixels.clamp_(0, 1)
        changed[:, band] = pixels.mul_(255).round_() if scale == 255 else pixels
    return changed


def _between(size: int, enlarged: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return for each of the enlarged rows the two rows it lies between, and its share of the second."""
    centre = ((torch.arange(enlarged) + 0.5) * (size / enlarged) - 0.5).clamp_(0, size - 1)
    above = centre.long()
    below = (above + 1).clamp_(max=size - 1)
    return above, below, (centre - above)[:, None]
