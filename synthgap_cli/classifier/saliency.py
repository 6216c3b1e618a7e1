"""Where the classifier looks: its activations, and its weights over the image plane."""

# N images, S image size, s = S // 4 the side of the second pooled map

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.classifier.network import SmallCnn


def activation_maps(model: SmallCnn, unit: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return both convolutions' activations after ReLU, ``(N, 4, S, S)`` and ``(N, 8, S // 2, S // 2)``.

    Parameters
    ----------
    unit : Tensor (N, 3, S, S)
        Images in [0, 1] at the classifier's size, on its device.

    References
    ----------
    Thesis, section 1b.
    """
    with torch.inference_mode():
        first, second = model.activations(unit)
    return first.cpu().numpy(), second.cpu().numpy()


def weight_maps(model: SmallCnn) -> NDArray[np.float32]:
    """Return how strongly each style unit listens to each place, float32 ``(64, s, s)``, not negative.

    A place has eight weights, one a channel of the second convolution. They are combined by the root of
    their sum of squares: their signs say for what a channel speaks, not whether it is listened to, and
    would cancel in a sum. The thesis, section 1b, does not say how it combines them.
    """
    side = model.image_size // 4
    weights = model.to_style.weight.detach().reshape(model.style_dim, 8, side, side)
    strength: NDArray[np.float32] = weights.norm(dim=1).cpu().numpy()
    return strength
