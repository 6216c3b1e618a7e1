"""Curves of a classifier in the unit square, with a key that carries their areas."""

# K points of one curve

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._style import NULL, QUIET, fit, panels, say_empty, series_style


@dataclass(frozen=True)
class Curve:
    """One classifier's curve.

    Parameters
    ----------
    label : str
        Which classifier, image size or pair.
    x, y : float (K,)
        Rates in [0, 1], in the order of a rising threshold.
    area : float
        Under the curve; NaN where unknown.
    interval : (float, float), optional
        Of the area.
    """

    label: str
    x: NDArray[np.floating]
    y: NDArray[np.floating]
    area: float
    interval: tuple[float, float] | None = None


def draw_curves(curves: Sequence[Curve], *, area: str, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    """Return a figure of the curves, a key beside them, and the axes that hold the curves."""
    figure, (square, key) = panels(1, 2, height=4.3, width_ratios=(4.0, 3.4))
    for index, curve in enumerate(curves):
        square.plot(curve.x, curve.y, **series_style(index))
    square.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), xlabel=x_label, ylabel=y_label, aspect="equal")
    _write_key(key, curves, area=area)
    if not curves:
        say_empty(square)
    return figure, square


def _write_key(axes: Axes, curves: Sequence[Curve], *, area: str) -> None:
    """Fill axes with a table: line, label, area, interval."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(max(16, len(curves)) + 1, -0.5))
    for x, heading in ((0.66, area), (1.0, "interval")):
        axes.text(x, 0, heading, color=QUIET, ha="right", va="center", fontsize=8)
    for row, curve in enumerate(curves, start=1):
        axes.plot([0, 0.07], [row, row], **series_style(row - 1))
        axes.text(0.1, row, fit(curve.label, 18), va="center", fontsize=8.5)
        axes.text(0.66, row, _number(curve.area), ha="right", va="center", fontsize=8.5)
        if curve.interval is not None:
            span = " – ".join(_number(bound) for bound in curve.interval)
            axes.text(1.0, row, span, ha="right", va="center", fontsize=8.5, color=QUIET)


def _number(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "–"


def mark_chance(axes: Axes, x: tuple[float, float], y: tuple[float, float], label: str) -> None:
    """Draw the line of a classifier that guesses, named at its upper left."""
    axes.plot(x, y, color=NULL, linestyle=(0, (4, 3)), linewidth=1.1, zorder=1)
    slope = 45 if y[0] != y[1] else 0
    middle = (np.mean(x), np.mean(y))
    axes.annotate(
        label, middle, xytext=(-4, 4) if slope else (0, 4), textcoords="offset points", rotation=slope,
        ha="center", va="bottom", color=QUIET, fontsize=8,
    )  # fmt: skip
