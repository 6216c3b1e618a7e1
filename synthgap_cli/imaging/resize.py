"""Images of any shape made square, with the one resize filter of the program."""

# H height, W width, S size of the square

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.imaging.decode import WHITE, Colour

Fit = Literal["crop", "squash", "pad"]


def fit_image(
    image: Tensor, *, size: int, fit: Fit = "crop", background: Colour = WHITE
) -> NDArray[np.uint8]:
    """Return the image as a square, uint8 ``(S, S, 3)``.

    Antialiased bicubic interpolation (a = -0.5) in float32, rounded to the nearest level once, at the end,
    and clamped, for the filter overshoots. An image of that size already is not touched.

    Parameters
    ----------
    image : uint8 (3, H, W)
        As `decode_image` returns it.
    size : int
        S, in pixels.
    fit : {"crop", "squash", "pad"}
        ``crop`` keeps the square in the centre, as long as the short side (of an odd remainder the smaller
        half is cut at the top or left), and resizes that. ``squash`` gives up the proportions. ``pad``
        resizes the long side to S, the short side in proportion (rounded to nearest, one pixel at least),
        and centres that on the background (again the smaller half at the top or left).
    background : three integers, 0 to 255
        What ``pad`` fills with; white by default.

    Notes
    -----
    Cropping comes before resizing, so the filter does not see what is cut off and a panorama needs no more
    memory than its centre: within two pixels of the cut this differs from the reverse order.
    """
    if fit == "crop":
        return _to_rows(resize_levels(_central_square(image), size, size))
    if fit == "squash":
        return _to_rows(resize_levels(image, size, size))
    return _letterbox(image, size, background)


def _central_square(image: Tensor) -> Tensor:
    height, width = image.shape[1:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[:, top : top + side, left : left + side]


def _letterbox(image: Tensor, size: int, background: Colour) -> NDArray[np.uint8]:
    long_side = max(image.shape[1:])
    height, width = (max(1, round(side * size / long_side)) for side in image.shape[1:])
    top, left = (size - height) // 2, (size - width) // 2
    square = np.full((size, size, 3), background, dtype=np.uint8)
    square[top : top + height, left : left + width] = _to_rows(resize_levels(image, height, width))
    return square


def resize_levels(image: Tensor, height: int, width: int) -> Tensor:
    """Return an image ``(3, H, W)`` as uint8 ``(3, height, width)``, by the filter of `fit_image`."""
    if image.shape[1:] == (height, width):
        return image
    levels = F.interpolate(
        image[None].float(), size=(height, width), mode="bicubic", antialias=True
    )  # (1, 3, height, width)
    return levels[0].round_().clamp_(0, 255).to(torch.uint8)


def _to_rows(image: Tensor) -> NDArray[np.uint8]:
    """Return ``(H, W, 3)``, contiguous, from ``(3, H, W)``."""
    return image.permute(1, 2, 0).contiguous().numpy()
