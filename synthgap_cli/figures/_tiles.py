"""Grids of pictures, laid out in inches so that every tile is as large as it can be."""

# N images, H height, W width

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._style import DPI, WIDTH

GAP = 0.06  # inches
LARGEST_TILE = 1.6  # inches: a picture of 128 pixels is blurred beyond


def fixed_figure(height: float) -> Figure:
    """Return an empty figure of full width whose parts are placed by `add_tile`."""
    return Figure(figsize=(WIDTH, height), dpi=DPI)


def add_tile(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes without frame at that place, in inches from the upper left corner."""
    across, down = figure.get_size_inches()
    axes = figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))
    axes.set_axis_off()
    return axes


def tile_grid(
    rows: int, columns: int, *, aspect: float, left: float = 0.0, heading: float = 0.0, above: float = 0.0
) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure of full width and its empty axes, row by row.

    Parameters
    ----------
    aspect : float
        Height over width of a tile.
    left, heading : float
        Inches left free beside the grid and over it.
    above : float
        Inches left free over each row.
    """
    width = min(LARGEST_TILE, (WIDTH - left - GAP * columns) / columns)
    step = above + width * aspect + GAP
    figure = fixed_figure(heading + rows * step)
    lefts = [left + column * (width + GAP) for column in range(columns)]
    tops = [heading + row * step + above for row in range(rows)]
    return figure, [[add_tile(figure, x, y, width, width * aspect) for x in lefts] for y in tops]


def show_image(axes: Axes, image: NDArray[np.uint8]) -> None:
    """Show one image (H, W, 3) and nothing else."""
    axes.imshow(image, interpolation="antialiased")
    axes.set_axis_off()
