"""Example images with the classifier's score, framed by whether it was right."""

# N images, H height, W width

from __future__ import annotations

from itertools import chain

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from synthgap_cli.figures._style import QUIET, RIGHT, WRONG, fit, new_figure, say_empty, styled
from synthgap_cli.figures._tiles import show_image, tile_grid

COLUMNS = 6


@styled
def draw(
    images: NDArray[np.uint8],
    *,
    scores: NDArray[np.floating],
    is_synthetic: NDArray[np.bool_],
    threshold: float = 0.5,
    domains: tuple[str, str] = ("real", "synthetic"),
) -> Figure:
    """Return the images six a row, each with its true domain and score; mistakes stand out.

    Parameters
    ----------
    images : uint8 (N, H, W, 3)
    scores : float (N,)
        Probability of being synthetic; NaN where unknown.
    is_synthetic : bool (N,)
        The truth.
    threshold : float
        A score above it counts as synthetic. Thesis, section 1a.
    domains : (str, str)
        What the real and the synthetic images are called.
    """
    if not len(images):
        figure = new_figure(1.0)
        say_empty(figure.add_subplot(), "no images")
        return figure
    rows = -(-len(images) // COLUMNS)
    figure, axes = tile_grid(
        rows, min(COLUMNS, len(images)), aspect=images.shape[1] / images.shape[2], above=0.24
    )
    for index, place in zip(range(len(images)), chain.from_iterable(axes), strict=False):
        show_image(place, images[index])
        is_right = (scores[index] > threshold) == is_synthetic[index]
        _frame(
            place, fit(domains[int(is_synthetic[index])], 10), float(scores[index]), is_right=bool(is_right)
        )
    return figure


def _frame(axes: Axes, domain: str, score: float, *, is_right: bool) -> None:
    known = np.isfinite(score)
    colour = RIGHT if is_right else WRONG
    mark = "✓" if is_right else "✗"
    text = f"{mark} {domain}  {score:.2f}" if known else f"{domain}  –"
    axes.set_title(text, loc="left", fontsize=8, pad=3, color=WRONG if known and not is_right else QUIET)
    if known:
        edge = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, edgecolor=colour,
                         linewidth=1.2 if is_right else 3.5, clip_on=False)  # fmt: skip
        axes.add_patch(edge)
