"""Precision against recall, over what a classifier reaches that guesses."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from synthgap_cli.figures._curves import Curve, draw_curves, mark_chance
from synthgap_cli.figures._style import styled

__all__ = ["Curve", "draw"]


@styled
def draw(curves: Sequence[Curve], *, base_rate: float) -> Figure:
    """Return the precision-recall curves over the line of chance, with a key of average precisions.

    Parameters
    ----------
    curves : sequence of Curve
        ``x`` recall, ``y`` precision, ``area`` average precision. Thesis, section 1a.
    base_rate : float
        Share of positives among the test images: the precision of a guess.
    """
    figure, axes = draw_curves(curves, area="AP", x_label="recall", y_label="precision")
    for line in axes.lines:
        line.set_drawstyle("steps-post")  # precision is not linear between two thresholds
    if curves:
        mark_chance(axes, (0, 1), (base_rate, base_rate), f"chance {base_rate:.2f}")
    return figure
