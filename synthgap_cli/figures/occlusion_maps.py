"""Which parts of images speak for synthetic, and which for real."""

# N images, H height, W width, P parts a side

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._style import QUIET, RULE, WIDTH, fit, new_figure, quiet_ticks, say_empty, styled
from synthgap_cli.figures._tiles import GAP, LARGEST_TILE, add_tile, fixed_figure, show_image

COLOURS = "RdBu_r"
_SCALE = 0.85  # inches at the right, for the colour scale and its numbers
_HEADING = 0.24
_LETTERS = 14  # an inch, of captions


@styled
def draw(images: NDArray[np.uint8], maps: NDArray[np.floating], *, captions: Sequence[str] = ()) -> Figure:
    """Return the images and, below each, its map laid over it in grey; one scale, without colour at 0.

    Parameters
    ----------
    images : uint8 (N, H, W, 3)
    maps : float (N, P, P)
        How much each part adds to the logit of synthetic: red speaks for synthetic, blue for real.
    captions : strings, optional
        One an image.
    """
    if not len(images):
        figure = new_figure(1.0)
        say_empty(figure.add_subplot(), "no images")
        return figure
    width = min(LARGEST_TILE, (WIDTH - _SCALE) / len(images) - GAP)
    tall = width * images.shape[1] / images.shape[2]
    figure = fixed_figure(_HEADING + 2 * (tall + GAP))
    largest = float(np.nanmax(np.abs(maps), initial=0.0)) or 1.0
    scale = Normalize(-largest, largest)
    extent = (0, images.shape[2], images.shape[1], 0)
    for index, (image, one) in enumerate(zip(images, maps, strict=True)):
        left = index * (width + GAP)
        above = add_tile(figure, left, _HEADING, width, tall)
        show_image(above, image)
        if index < len(captions):
            above.set_title(
                fit(captions[index], int(_LETTERS * width)), loc="left", fontsize=8, color=QUIET, pad=3
            )
        below = add_tile(figure, left, _HEADING + tall + GAP, width, tall)
        below.imshow(image.mean(axis=2), cmap="gray", vmin=0, vmax=255, extent=extent)
        strength = np.abs(one) / largest  # faint where a part says little
        below.imshow(one, cmap=COLOURS, norm=scale, alpha=0.75 * strength, extent=extent)
    _draw_scale(figure, len(images) * (width + GAP) + 0.1, tall, scale)
    return figure


def _draw_scale(figure: Figure, left: float, tall: float, scale: Normalize) -> None:
    axes = add_tile(figure, left, _HEADING + tall + GAP, 0.13, tall)
    axes.set_axis_on()
    bar = figure.colorbar(ScalarMappable(scale, COLOURS), cax=axes)
    bar.outline.set_edgecolor(RULE)
    quiet_ticks(axes)
