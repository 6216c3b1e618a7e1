"""How images look, whatever they show: how strongly a fixed bank of small filters responds."""

# n images, H height, W width, D statistics

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.imaging.tensors import to_unit_tensor

OCTAVES = 3
SMALLEST = 8  # pixels a side of the coarsest octave
FAINT = 1 / 255  # of a response, in intensities: what rounding to eight bits makes
_AT_ONCE = 1 << 20  # pixels
_CPU = torch.device("cpu")

# luma, blue against yellow, red against green (ITU-R BT.601, as JPEG has them)
_PLANES = torch.tensor([[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]])


def style_statistics(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what there is of each colour plane at each scale and orientation, float32 ``(n, D)``.

    For luma and two differences of colours: mean and standard deviation, and, octave by octave, the
    logarithm of the root mean square of the responses to the eight 3x3 cosine filters other than the mean.
    No weights are needed, and where on the image something is does not matter. D is 78 from 32 pixels a side
    on, and 24 less for each octave that smaller images do not have.

    Parameters
    ----------
    images : uint8 (n, H, W, 3)
        Compare images of one size alone.

    References
    ----------
    After Heeger and Bergen (1995), doi:10.1145/218380.218446, who know textures by such strengths; Gatys et
    al. (2016), doi:10.1109/CVPR.2016.265, by those of early layers.
    """
    per_batch = max(1, _AT_ONCE // math.prod(images.shape[1:3]))
    batches = [images[start : start + per_batch] for start in range(0, len(images), per_batch)]
    return np.concatenate([_describe(to_unit_tensor(batch, device=_CPU)).numpy() for batch in batches])


@torch.inference_mode()
def _describe(unit: Tensor) -> Tensor:
    planes = torch.einsum("ij,njhw->nihw", _PLANES, unit)
    found = [planes.mean(dim=(2, 3)), planes.std(dim=(2, 3))]  # (n, 3) each
    for _ in range(OCTAVES):
        if min(planes.shape[-2:]) < SMALLEST:
            break
        responses = F.conv2d(planes, _filters(), groups=3)  # (n, 24, H - 2, W - 2)
        strength = responses.square().mean(dim=(2, 3)).sqrt()
        found.append(torch.log(strength + FAINT))
        planes = F.avg_pool2d(planes, 2)
    return torch.cat(found, dim=1)


def _filters() -> Tensor:
    """Return the eight cosine filters that have no mean, for each of three planes, ``(24, 1, 3, 3)``."""
    rows = torch.tensor([[1.0, 1, 1], [1, 0, -1], [1, -2, 1]])
    rows = rows / rows.norm(dim=1, keepdim=True)
    bank = torch.einsum("ih,jw->ijhw", rows, rows).reshape(9, 1, 3, 3)
    return bank[1:].repeat(3, 1, 1, 1)
