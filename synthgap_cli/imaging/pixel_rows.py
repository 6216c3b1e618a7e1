"""Images as rows of numbers, and rows as images: pixels as a latent space whose decoder is the identity."""

# N images, n images of one block, H height, W width, Z = 3 H W

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource

BLOCK_BYTES = 8 << 20  # of float32


class PixelRows:
    """The pixels of images (N, H, W, 3) as rows (N, 3 H W) in [0, 1], channels first, read in blocks."""

    def __init__(self, images: ImageSource) -> None:
        self._images = images
        self.shape: tuple[int, int] = (len(images), prod(images.shape[1:]))

    def blocks(self, rows: NDArray[np.intp] | None = None, /) -> Iterator[NDArray[np.float32]]:
        """Yield float32 ``(n, Z)``, about 8 MiB: the ascending ``rows``, or all."""
        chosen = np.arange(self.shape[0]) if rows is None else rows
        step = max(1, BLOCK_BYTES // (4 * self.shape[1]))
        for start in range(0, len(chosen), step):
            images = self._images[chosen[start : start + step]]  # (n, H, W, 3)
            planes = np.moveaxis(images, 3, 1).reshape(len(images), -1)
            yield planes.astype(np.float32) / np.float32(255)


def to_images(rows: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return uint8 (n, H, W, 3) of rows (n, 3 H W) in maps of ``shape`` (3, H, W), clipped and rounded."""
    levels = np.rint(np.clip(rows, 0, 1) * np.float32(255)).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(levels.reshape(-1, *shape), 1, 3))
