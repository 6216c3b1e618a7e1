"""The quality at which a JPEG was saved, read from its header."""

# Q = 100 qualities

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# ITU-T T.81, table K.1: luminance, row by row
LUMINANCE = np.array(
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ]
).ravel()


def estimate_quality(luminance: Sequence[int]) -> int:
    """Return the quality, 1 to 100, whose standard table lies nearest to the 64 divisors of a JPEG.

    Exact for encoders that scale the standard table as the Independent JPEG Group's library does
    (libjpeg, Pillow, OpenCV, ffmpeg's mjpeg not); for others, cameras and Photoshop among them, the quality
    that quantises about as coarsely.

    Parameters
    ----------
    luminance : sequence of int
        The first quantisation table, row by row (not in zigzag order).
    """
    distances = np.abs(_STANDARD - np.asarray(luminance)).sum(axis=1)  # (Q,)
    return int(distances.argmin()) + 1


def _standard_tables() -> NDArray[np.int64]:
    quality = np.arange(1, 101)[:, None]
    percent = np.where(quality < 50, 5000 // quality, 200 - 2 * quality)
    return ((LUMINANCE * percent + 50) // 100).clip(1, 255)  # (Q, 64)


_STANDARD = _standard_tables()
