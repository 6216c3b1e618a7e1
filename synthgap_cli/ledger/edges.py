"""What images show by their edges: a view of them that needs no weights."""

# n images, H height, W width, c cells along a side

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.imaging.tensors import to_unit_tensor

CELLS = 4
ORIENTATIONS = 9
BLOCK = 2  # cells along a side that are normalised together
FAINT = 0.02  # norm of a block, of intensities in [0, 1]: about what rounding to eight bits makes
_CPU = torch.device("cpu")
_AT_ONCE = 1 << 21  # pixels


def edges(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return histograms of oriented gradients, float32 ``(n, 324)``.

    Four by four cells cover the image, whatever its size. In each, gradients vote with their strength for
    one of nine directions of 20 degrees, light to dark and dark to light being one; of the three colours
    the steepest counts. Blocks of two by two cells, which overlap, are divided by their Euclidean norm, so
    brightness and contrast hardly matter; blocks with next to no edges stay small, or their noise would
    count as much as edges.

    Parameters
    ----------
    images : uint8 (n, H, W, 3)

    References
    ----------
    Dalal and Triggs (2005), doi:10.1109/CVPR.2005.177. Here votes are not shared between neighbouring cells
    and directions, and cells scale with the image.
    """
    per_batch = max(1, _AT_ONCE // math.prod(images.shape[1:3]))
    batches = [images[start : start + per_batch] for start in range(0, len(images), per_batch)]
    blocks = [_in_blocks(_cell_histograms(to_unit_tensor(batch, device=_CPU))) for batch in batches]
    width = ORIENTATIONS * BLOCK**2 * (CELLS - BLOCK + 1) ** 2
    return np.concatenate([np.empty((0, width), np.float32), *(block.numpy() for block in blocks)])


def _cell_histograms(unit: Tensor) -> Tensor:
    """Return the mean strength of the gradients of each direction in each cell, ``(n, 9, c, c)``."""
    down, right = _steepest_gradient(unit)
    strength = torch.hypot(down, right)  # (n, H, W)
    degrees = torch.rad2deg(torch.atan2(down, right)) % 180
    direction = (degrees * (ORIENTATIONS / 180)).long() % ORIENTATIONS
    votes = [F.adaptive_avg_pool2d(strength * (direction == number), CELLS) for number in range(ORIENTATIONS)]
    return torch.stack(votes, dim=1)


def _steepest_gradient(unit: Tensor) -> tuple[Tensor, Tensor]:
    """Return central differences ``(n, H, W)`` downwards and to the right, zero at the border."""
    down, right = torch.zeros_like(unit), torch.zeros_like(unit)  # (n, 3, H, W)
    down[:, :, 1:-1] = unit[:, :, 2:] - unit[:, :, :-2]
    right[:, :, :, 1:-1] = unit[:, :, :, 2:] - unit[:, :, :, :-2]
    steepest = torch.hypot(down, right).argmax(dim=1, keepdim=True)
    return down.gather(1, steepest)[:, 0], right.gather(1, steepest)[:, 0]


def _in_blocks(cells: Tensor) -> Tensor:
    """Return the normalised blocks of ``(n, 9, c, c)`` histograms, ``(n, 9 * 4 * (c - 1) ** 2)``."""
    blocks = F.unfold(cells, BLOCK)  # (n, 9 * 4, (c - 1) ** 2)
    norm = (blocks.square().sum(dim=1, keepdim=True) + FAINT**2).sqrt()
    return (blocks / norm).flatten(1)
