"""Figures as bytes that a page can hold."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

SHARPNESS = 2  # image pixels to a CSS pixel
_RESOLUTION = SHARPNESS * 96  # CSS pixels to an inch
_CHART_COLOURS = 8192  # charts have up to 3,000, smoothed edges and all; photographs ten times as many
_PHOTOGRAPH_QUALITY = 95


def encode_figure(figure: Figure) -> bytes:
    """Return the figure as WebP at twice its resolution; the same figure gives the same bytes.

    Charts are stored without loss; what holds photographs at quality 95, a fifth of its size as PNG.
    """
    figure.set_dpi(_RESOLUTION)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    figure.set_layout_engine("none")  # laid out again, it would move by a pixel
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # type: ignore[no-untyped-call]
    is_chart = pixels.getcolors(_CHART_COLOURS) is not None
    encoded = io.BytesIO()
    pixels.save(encoded, "WEBP", lossless=is_chart, quality=80 if is_chart else _PHOTOGRAPH_QUALITY)
    return encoded.getvalue()


@dataclass(frozen=True)
class Embedded:
    """An image inside a page: its data URI, and the size in CSS pixels at which it is sharp."""

    uri: str
    width: int
    height: int


def embed(image: bytes) -> Embedded:
    """Return an image file as part of a page.

    Raises
    ------
    PIL.UnidentifiedImageError
        The bytes are no image.
    """
    with Image.open(io.BytesIO(image)) as opened:
        width, height = opened.size
        kind = Image.MIME[str(opened.format)]
    text = base64.b64encode(image).decode("ascii")
    return Embedded(f"data:{kind};base64,{text}", round(width / SHARPNESS), round(height / SHARPNESS))
