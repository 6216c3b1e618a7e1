"""Digits drawn from the fonts that come with matplotlib, each a little different."""

# H height, W width of the paper

from __future__ import annotations

import math
from pathlib import Path

import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = (
    *(f"DejaVuSans{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSansMono{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"DejaVuSerif{style}" for style in ("", "-Bold", "-Italic", "-BoldItalic")),
    *(f"STIXGeneral{style}" for style in ("", "Bol", "Italic", "BolIta")),
    *("cmr10", "cmb10", "cmti10", "cmss10", "cmtt10"),
)
"""Font files that hold all ten digits."""

_POINTS = 80  # size of the type, in pixels
_PAPER = 128  # H and W, in pixels

# Ranges of what varies from digit to digit
_TURN = 8.0  # degrees to either side
_SLANT = 0.25  # pixels a row to either side
_THICKER = (1, 4)  # pixels on either side of a stroke, the last one excluded: hairlines would not survive
_BLUR = 2.0  # pixels
_ROUGHNESS = 0.12  # standard deviation of the noise that makes outlines uneven, of which ink is 1
_GRAIN = 8  # pixels: how far apart its independent values lie


def load_font(name: str) -> ImageFont.FreeTypeFont:
    """Return one of `FONTS`, at the size that `draw_digit` draws."""
    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")
    # the basic layout gives the same picture whether or not Raqm is installed
    return ImageFont.truetype(str(path), _POINTS, layout_engine=ImageFont.Layout.BASIC)


def draw_digit(digit: int, font: ImageFont.FreeTypeFont, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the ink of a digit, bool ``(H, W)``, turned, slanted, more or less bold, with rough outlines."""
    paper = Image.new("L", (_PAPER, _PAPER))
    ImageDraw.Draw(paper).text(
        (_PAPER / 2, _PAPER / 2),
        str(digit),
        fill=255,
        font=font,
        anchor="mm",
        stroke_width=int(rng.integers(*_THICKER)),
    )
    slanted = paper.transform(
        paper.size, Image.Transform.AFFINE, _turn_and_slant(rng), Image.Resampling.BICUBIC
    )
    blurred = np.asarray(slanted.filter(ImageFilter.GaussianBlur(_BLUR))) / 255
    return (blurred + _noise(rng) > 0.5) & (blurred > 0.05)  # no specks far from the digit


def _turn_and_slant(rng: np.random.Generator) -> tuple[float, float, float, float, float, float]:
    """Return Pillow's six coefficients, from a place on the new paper to one on the old, about the middle."""
    angle = math.radians(rng.uniform(-_TURN, _TURN))
    slant = rng.uniform(-_SLANT, _SLANT)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    matrix = turn @ np.array([[1, slant], [0, 1]])
    offset = (np.eye(2) - matrix) @ np.full(2, _PAPER / 2)
    (a, b), (d, e) = matrix.tolist()
    c, f = offset.tolist()
    return a, b, c, d, e, f


def _noise(rng: np.random.Generator) -> NDArray[np.float32]:
    """Return smooth noise ``(H, W)``."""
    grains = _PAPER // _GRAIN
    coarse = rng.normal(scale=_ROUGHNESS, size=(grains, grains)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((_PAPER, _PAPER), Image.Resampling.BICUBIC))
