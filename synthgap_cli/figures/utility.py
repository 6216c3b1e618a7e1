"""What classifiers read right, by what they were trained on: the use of images rather than their distance."""

# R training sets, one row each; T trainings of each, from other seeds

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._rows import mark_expected, percent_scale, row_panels
from synthgap_cli.figures._style import CANDIDATE, INK, QUIET, REAL, fit, styled


@dataclass(frozen=True)
class Tested:
    """How classifiers do on one set of images, as shares read right; NaN where unknown.

    Parameters
    ----------
    name : str
        What they are tested on.
    accuracy : float (R,)
        Means over the seeds.
    interval : float (R, 2)
        Their lower and upper bounds.
    seeds : float (R, T)
        Each training's own.
    base_rate : float
        Of always saying the commonest label.
    ceiling : float
        Of training on real images.
    """

    name: str
    accuracy: NDArray[np.floating]
    interval: NDArray[np.floating]
    seeds: NDArray[np.floating]
    base_rate: float = math.nan
    ceiling: float = math.nan


@styled
def draw(labels: Sequence[str], tested: Sequence[Tested], *, shifted: NDArray[np.bool_]) -> Figure:
    """Return one panel a set of test images, one row a training set.

    Parameters
    ----------
    labels : R strings
        What the classifiers of a row were trained on.
    tested : sequence of Tested
        One or two.
    shifted : bool (R,)
        Whether the row's images went through the shift; such rows have the synthetic side's colour.
    """
    figure, axes = row_panels(labels, columns=len(tested))
    for one, given in zip(axes, tested, strict=True):
        _draw_panel(one, given, shifted)
    return figure


def _draw_panel(axes: Axes, tested: Tested, shifted: NDArray[np.bool_]) -> None:
    for row, colour in enumerate(np.where(shifted, CANDIDATE, INK)):
        low, high = tested.interval[row]
        axes.hlines(row, low, high, color=colour, linewidth=4, alpha=0.3)
        across = np.full(tested.seeds.shape[1], row)
        axes.plot(tested.seeds[row], across, "o", color=colour, mfc="none", markersize=4, mew=0.9)
        axes.plot(tested.accuracy[row], row, "D", color=colour, markersize=6)
        if np.isfinite(tested.accuracy[row]):
            axes.annotate(
                f"{tested.accuracy[row]:.1%}", (tested.accuracy[row], row), xytext=(0, 7),
                textcoords="offset points", ha="center", va="bottom", fontsize=8, color=QUIET,
            )  # fmt: skip
    if math.isfinite(tested.base_rate):
        mark_expected(axes, tested.base_rate, f"base rate: {tested.base_rate:.1%}", level=1)
    if math.isfinite(tested.ceiling):
        axes.axvline(tested.ceiling, color=REAL, linewidth=1.1, zorder=1)
        axes.annotate(
            "trained on real", (tested.ceiling, 1), xycoords=axes.get_xaxis_transform(), xytext=(2, 2),
            textcoords="offset points", ha="right", va="bottom", fontsize=8, color=REAL,
        )  # fmt: skip
    percent_scale(axes)
    axes.set_xlabel(fit(f"read right: {tested.name}", 44))
