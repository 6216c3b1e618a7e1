"""Whether probabilities are right: what was said against what happened."""

# B bins

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._curves import mark_chance
from synthgap_cli.figures._style import fit, panels, say_empty, series_style, styled


@dataclass(frozen=True)
class Bins:
    """One classifier's reliability table, ``(B,)`` each; NaN in empty bins.

    Parameters
    ----------
    label : str
        Which classifier, image size or pair.
    probability, share : float (B,)
        Mean probability and share of synthetic images.
    low, high : float (B,)
        Between which the share lies if the probabilities are right.
    count : int (B,)
        Images.
    """

    label: str
    probability: NDArray[np.floating]
    share: NDArray[np.floating]
    low: NDArray[np.floating]
    high: NDArray[np.floating]
    count: NDArray[np.integer]


@styled
def draw(classifiers: Sequence[Bins]) -> Figure:
    """Return shares against probabilities with bars of consistency, and beside them the images a bin.

    A dot outside its bar says that the probability there is wrong, not merely that images are few.
    """
    figure, (square, counts) = panels(1, 2, height=3.6, width_ratios=(4.0, 3.4))
    square.set(
        xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal",
        xlabel="probability of synthetic", ylabel="share of synthetic",
    )  # fmt: skip
    if not classifiers:
        say_empty(square)
        counts.set_axis_off()
        return figure
    for index, bins in enumerate(classifiers):
        _draw_bins(square, bins, index)
    mark_chance(square, (0, 1), (0, 1), "right")
    _draw_counts(counts, classifiers)
    return figure


def _draw_bins(axes: Axes, bins: Bins, index: int) -> None:
    look = series_style(index)
    axes.vlines(bins.probability, bins.low, bins.high, color=look["color"], alpha=0.3, linewidth=5)
    axes.plot(bins.probability, bins.share, marker="o", markersize=4.5, linewidth=1.1, **look)


def _draw_counts(axes: Axes, classifiers: Sequence[Bins]) -> None:
    places = np.arange(max(len(bins.count) for bins in classifiers))
    width = 0.84 / len(classifiers)
    for index, bins in enumerate(classifiers):
        left = places[: len(bins.count)] - 0.42 + index * width
        axes.bar(
            left, bins.count, width, align="edge", color=series_style(index)["color"], label=fit(bins.label)
        )
    edges = np.linspace(0, 1, len(places) + 1)
    axes.set_xticks(
        places[::2],
        labels=[f"{low:.1f}–{high:.1f}" for low, high in pairwise(edges)][::2],
    )
    axes.set(xlabel="probability of synthetic", ylabel="test images")
    axes.grid(visible=False, axis="x")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
