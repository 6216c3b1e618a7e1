"""Where in the image the classifier's first fully connected layer looks."""

# U units, h, w of the layer's input plane

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._style import RULE, WIDTH, new_figure, quiet_ticks, say_empty, styled
from synthgap_cli.figures._tiles import GAP, LARGEST_TILE, add_tile, fixed_figure

COLUMNS = 8
COLOURS = "RdBu_r"
_SCALE = 0.85  # inches at the right, for the colour scale and its numbers


@styled
def draw(maps: NDArray[np.floating]) -> Figure:
    """Return one map a unit, eight a row, on one scale that is white at 0.

    Parameters
    ----------
    maps : float (U, h, w)
        A unit's weights over the image plane, channels summed. Thesis, section 1b.
    """
    if not len(maps):
        figure = new_figure(1.0)
        say_empty(figure.add_subplot(), "no units")
        return figure
    columns = min(COLUMNS, len(maps))
    rows = -(-len(maps) // columns)
    width = min(LARGEST_TILE, (WIDTH - _SCALE) / columns - GAP)
    step = width * maps.shape[1] / maps.shape[2] + GAP
    figure = fixed_figure(rows * step + 2 * GAP)
    largest = float(np.nanmax(np.abs(maps), initial=0.0)) or 1.0
    scale = Normalize(-largest, largest)
    for index, one in enumerate(maps):
        row, column = divmod(index, columns)
        axes = add_tile(figure, column * (width + GAP), GAP + row * step, width, step - GAP)
        axes.imshow(one, cmap=COLOURS, norm=scale, interpolation="nearest", aspect="auto")
    bar = add_tile(figure, columns * (width + GAP) + 0.1, GAP, 0.13, min(2.5, rows * step - GAP))
    _draw_scale(figure, bar, scale)
    return figure


def _draw_scale(figure: Figure, axes: Axes, scale: Normalize) -> None:
    axes.set_axis_on()
    bar = figure.colorbar(ScalarMappable(scale, COLOURS), cax=axes)
    bar.outline.set_edgecolor(RULE)
    quiet_ticks(axes)
