"""What images show from afar: a view of them that needs no weights."""

# n images, H height, W width

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.imaging.tensors import to_unit_tensor

SIDE = 8  # pixels


def pixels(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the images reduced to 8x8 pixels as float32 ``(n, 192)`` in [0, 1].

    Parameters
    ----------
    images : uint8 (n, H, W, 3)
    """
    return to_unit_tensor(images, device=torch.device("cpu"), size=SIDE).flatten(1).numpy()
