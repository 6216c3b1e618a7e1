"""Rows of images to compare by eye: real, decoded, synthetic, shifted."""

# N images a row, H height, W width

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._style import INK, QUIET, WIDTH, fit, new_figure, say_empty, styled
from synthgap_cli.figures._tiles import show_image, tile_grid

_LABEL = 1.3  # inches
_HEADING = 0.2
_LETTERS = 13  # an inch, of captions


@dataclass(frozen=True)
class ImageRow:
    """One row of the grid: a label of one to three lines, and uint8 images (N, H, W, 3)."""

    label: str
    images: NDArray[np.uint8]


@styled
def draw(rows: Sequence[ImageRow], *, captions: Sequence[str] = ()) -> Figure:
    """Return the images, one labelled row each; rows may differ in length.

    Parameters
    ----------
    rows : sequence of ImageRow
        Thesis, section 2e.
    captions : strings, optional
        One a column, over the first row.
    """
    columns = max((len(row.images) for row in rows), default=0)
    if not columns:
        figure = new_figure(1.0)
        say_empty(figure.add_subplot(), "no images")
        return figure
    height, width = next(row.images.shape[1:3] for row in rows if len(row.images))
    heading = _HEADING if captions else 0.0
    figure, axes = tile_grid(len(rows), columns, aspect=height / width, left=_LABEL, heading=heading)
    for row, places in zip(rows, axes, strict=True):
        middle = places[0].get_position()
        figure.text(
            (_LABEL - 0.12) / WIDTH, (middle.y0 + middle.y1) / 2, _wrap(row.label),
            ha="right", va="center", color=INK, fontsize=9,
        )  # fmt: skip
        for place, image in zip(places, row.images, strict=False):
            show_image(place, image)
    room = int(_LETTERS * WIDTH * axes[0][0].get_position().width)
    for place, caption in zip(axes[0], captions, strict=False):
        place.set_title(fit(caption, room), loc="center", fontsize=8, color=QUIET, pad=3)
    return figure


def _wrap(label: str, width: int = 15) -> str:
    """Return the label in at most three lines, broken between words where that is possible."""
    lines = textwrap.wrap(fit(label, 3 * width - 4), width, break_on_hyphens=True)
    return "\n".join(lines[:3])
