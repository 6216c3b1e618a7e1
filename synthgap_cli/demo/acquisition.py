"""How ink on paper became the 8x8 digits of scikit-learn, applied to any ink."""

# H height, W width of the scan

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_dilation, binary_erosion

_SIZE = 32  # of the bitmap, in pixels
_BOX = (20, 32)  # width and height that every digit fills
_CELL = 4  # pixels counted together are 4 x 4

# Pixels of ink, of 1,024, beyond which strokes are thinned or thickened by one pixel, and by two
_TOO_HEAVY = (412, 560)
_TOO_LIGHT = (256, 108)


def acquire(ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a digit as counts of ink from 0 to 16, ``(8, 8)``, as the handwritten digits came to be.

    The ink's bounding box is stretched to 20 x 32 pixels, narrow digits too; strokes that make the digit too
    heavy or too light are thinned or thickened; a shear brings the leftmost ink of the top row above that of
    the bottom row; then ink is counted in blocks of 4 x 4.

    Parameters
    ----------
    ink : bool (H, W)
        A scan with ink somewhere.

    References
    ----------
    Alpaydin and Kaynak (1998), doi:10.24432/C50P49: the blocks. Garris et al. (1994), NISTIR 5469: what comes
    before. How ink at the border of the bitmap is eroded, and how a scan is stretched, is our choice.
    """
    bitmap = _straighten(_normalise_strokes(_stretch(ink)))  # (32, 32)
    cells = bitmap.reshape(_SIZE // _CELL, _CELL, _SIZE // _CELL, _CELL)
    counts: NDArray[np.int64] = cells.sum(axis=(1, 3))
    return counts


def _stretch(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    coverage = Image.fromarray(box.astype(np.uint8) * 255).resize(_BOX, Image.Resampling.BOX)
    margin = (_SIZE - _BOX[0]) // 2
    return np.pad(np.asarray(coverage) > 127, ((0, 0), (margin, margin)))


def _normalise_strokes(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    ink = int(bitmap.sum())
    heavy = sum(ink > limit for limit in _TOO_HEAVY)
    light = sum(ink < limit for limit in _TOO_LIGHT)
    if heavy:
        return np.asarray(binary_erosion(bitmap, iterations=heavy, border_value=1))
    if light:
        return np.asarray(binary_dilation(bitmap, iterations=light))
    return bitmap


def _straighten(bitmap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shift each row by a share of the slant, none in the middle; what leaves the bitmap is lost."""
    rows = np.flatnonzero(bitmap.any(axis=1))
    top, bottom = rows[0], rows[-1]
    slant = (bitmap[bottom].argmax() - bitmap[top].argmax()) / max(1, bottom - top)  # pixels a row
    shifts = np.rint(slant * ((top + bottom) / 2 - np.arange(_SIZE))).astype(int)
    wide = np.pad(bitmap, ((0, 0), (_SIZE, _SIZE)))
    return np.stack([row[_SIZE - shift : 2 * _SIZE - shift] for row, shift in zip(wide, shifts, strict=True)])
