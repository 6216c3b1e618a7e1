"""What the classifier's convolutions answer to one image."""

# C channels, H height, W width of the image; h, w of a map

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._style import QUIET, WIDTH, styled
from synthgap_cli.figures._tiles import GAP, add_tile, fixed_figure, show_image

_IMAGE = 2.1  # inches
_MAPS = _IMAGE + 0.2  # inches from the left edge to the maps
_HEADING = 0.26


@styled
def draw(image: NDArray[np.uint8], layers: Sequence[NDArray[np.floating]]) -> Figure:
    """Return the image and, beside it, all maps of each convolution, dark where nothing answers.

    Parameters
    ----------
    image : uint8 (H, W, 3)
        What was shown to the network.
    layers : sequence of float (C, h, w)
        Activations after each convolution, in order; a layer's maps share one scale. Thesis, section 1b.
    """
    columns = 4 if max((len(maps) for maps in layers), default=0) <= 8 else 8
    width = (WIDTH - _MAPS) / columns - GAP
    tops, height = _stack(layers, columns, width)
    figure = fixed_figure(max(height, _HEADING + _IMAGE * image.shape[0] / image.shape[1]))
    _name(figure, 0, 0, "image")
    show_image(add_tile(figure, 0, _HEADING, _IMAGE, _IMAGE * image.shape[0] / image.shape[1]), image)
    for number, (maps, top) in enumerate(zip(layers, tops, strict=True), start=1):
        highest = np.nanmax(maps, initial=0.0)
        _name(figure, _MAPS, top, f"after convolution {number}  (0 to {highest:.2g})")
        for index, one in enumerate(maps):
            row, column = divmod(index, columns)
            tall = width * one.shape[0] / one.shape[1]
            place = _MAPS + column * (width + GAP), top + _HEADING + row * (tall + GAP)
            axes = add_tile(figure, *place, width, tall)
            axes.imshow(one, cmap="cividis", vmin=0, vmax=highest or 1, interpolation="nearest")
            axes.set_axis_off()
    return figure


def _stack(layers: Sequence[NDArray[np.floating]], columns: int, width: float) -> tuple[list[float], float]:
    """Return where each layer's block begins, in inches from the top, and where the last ends."""
    tops, top = [], 0.0
    for maps in layers:
        tops.append(top)
        rows = -(-len(maps) // columns)
        top += _HEADING + rows * (width * maps.shape[1] / maps.shape[2] + GAP)
    return tops, top


def _name(figure: Figure, left: float, top: float, text: str) -> None:
    across, down = figure.get_size_inches()
    figure.text(left / across, 1 - (top + 0.17) / down, text, fontsize=8.5, color=QUIET)
