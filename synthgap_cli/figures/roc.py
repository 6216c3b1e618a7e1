"""Receiver operating characteristic: how well a classifier tells the two domains apart."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from synthgap_cli.figures._curves import Curve, draw_curves, mark_chance
from synthgap_cli.figures._style import styled

__all__ = ["Curve", "draw"]


@styled
def draw(curves: Sequence[Curve]) -> Figure:
    """Return the ROC curves over the diagonal of chance, with a key of their areas.

    Parameters
    ----------
    curves : sequence of Curve
        ``x`` false positive rate, ``y`` true positive rate, ``area`` ROC-AUC. Thesis, section 1a.
    """
    figure, axes = draw_curves(
        curves, area="ROC-AUC", x_label="false positive rate", y_label="true positive rate"
    )
    if curves:
        mark_chance(axes, (0, 1), (0, 1), "chance")
    return figure
