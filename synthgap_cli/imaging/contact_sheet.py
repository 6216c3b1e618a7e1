"""Pictures beside and below each other, pixel for pixel: what a figure would resample can be judged here."""

# n images of a row, H height, W width

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SMALLEST_TILE = 64  # pixels: smaller images are enlarged by a whole factor
_GAP = 4
_LINE = 16  # of a label
_TEXT = 12
_MOST_TEXT = 1024  # a label may come from a stranger


@dataclass(frozen=True)
class SheetRow:
    """A label, of one or several lines, and the images (n, H, W, 3) uint8 below it."""

    label: str
    images: NDArray[np.uint8]


def contact_sheet(rows: Sequence[SheetRow]) -> Image.Image:
    """Return the rows below each other, RGB on white.

    Every pixel of an image is a pixel of the sheet, or a square of equal ones where images are small.

    Parameters
    ----------
    rows : sequence of SheetRow
        At least one; all images of one size, rows of any length.
    """
    height, width = rows[0].images.shape[1:3]
    factor = -(-SMALLEST_TILE // max(height, width))
    font = ImageFont.load_default(_TEXT)
    columns = max(len(row.images) for row in rows)
    text = max(font.getlength(line) for row in rows for line in row.label.split("\n"))
    across = max(columns * (factor * width + _GAP), min(int(text) + 1, _MOST_TEXT))
    tops, bottom = [], _GAP
    for row in rows:
        tops.append(bottom)
        bottom += _LINE * len(row.label.split("\n")) + factor * height + _GAP
    sheet = Image.new("RGB", (across + _GAP, bottom), "white")
    drawing = ImageDraw.Draw(sheet)
    for row, top in zip(rows, tops, strict=True):
        drawing.multiline_text((_GAP, top), row.label, fill="black", font=font, spacing=_LINE - _TEXT)
        below = top + _LINE * len(row.label.split("\n"))
        for column, image in enumerate(row.images):
            tile = Image.fromarray(image.repeat(factor, axis=0).repeat(factor, axis=1))
            sheet.paste(tile, (_GAP + column * (factor * width + _GAP), below))
    return sheet
