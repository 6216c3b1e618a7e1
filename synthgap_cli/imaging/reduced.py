"""Stored images at a smaller size, reduced when they are read."""

# N images, H height, W width, S size

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource
from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor

_CPU = torch.device("cpu")


class ReducedImages:
    """Images ``(N, S, S, 3)`` of a source ``(N, H, W, 3)``, as a store of that size would hold them."""

    def __init__(self, source: ImageSource, size: int) -> None:
        self._source = source
        self.shape: tuple[int, ...] = (len(source), size, size, 3)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: NDArray[np.intp], /) -> NDArray[np.uint8]:
        return to_uint8(to_unit_tensor(self._source[rows], device=_CPU, size=self.shape[1]))
