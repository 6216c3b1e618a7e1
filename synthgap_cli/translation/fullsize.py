"""Coefficients of a small image applied to the large one, a band of rows at a time."""

# K coefficients of each of c by c positions, H and W of the large image, b rows of a band

from __future__ import annotations

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

from synthgap_cli.translation.detail import Detail

BAND_PIXELS = 1 << 16
"""Of a band: about what a processor's own cache holds. A large image then costs no more a pixel than a small
one, and no more memory than itself."""


def apply_to_levels(levels: Tensor, coefficients: Tensor, detail: Detail) -> Tensor:
    """Return an image's levels after what the coefficients say, in the type of ``levels``.

    Parameters
    ----------
    levels : (3, H, W)
        uint8, 0 to 255, or float32, 0 to 1. Each result is rounded once, at the end, and clamped.
    coefficients : float32 (K, c, c)
        Of `Detail.fit`, enlarged bilinearly, corners of both images lying on each other.
    detail : Detail
    """
    height, width = levels.shape[1:]
    highest = 255 if levels.dtype == torch.uint8 else 1
    wide = F.interpolate(coefficients, size=width, mode="linear")[:, :, None]  # (K, c, 1, W)
    changed = torch.empty_like(levels)
    for rows, above, share in _bands(coefficients.shape[1], height, step=max(1, BAND_PIXELS // width)):
        pixels = levels[:, rows].float().mul(1 / highest)  # (3, b, W); a copy: greys share one channel
        below = min(above + 1, wide.shape[1] - 1)
        of_band = torch.lerp(
            detail.apply(pixels, wide[:, above]), detail.apply(pixels, wide[:, below]), share
        )
        of_band.clamp_(0, 1)
        changed[:, rows] = of_band.mul_(highest).round_() if highest > 1 else of_band
    return changed


def _bands(size: int, enlarged: int, *, step: int) -> Iterator[tuple[slice, int, Tensor]]:
    """Yield bands of at most ``step`` enlarged rows that lie between the same two rows of the small image.

    With each go the upper of these two, and the band's shares ``(b, 1)`` of the lower.
    """
    centre = ((torch.arange(enlarged) + 0.5) * (size / enlarged) - 0.5).clamp_(0, size - 1)
    above = centre.long()
    for row in range(size):
        first, last = torch.searchsorted(above, torch.tensor([row, row + 1])).tolist()
        for start in range(first, last, step):
            rows = slice(start, min(start + step, last))
            yield rows, row, (centre[rows] - row)[:, None]
