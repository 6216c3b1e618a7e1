"""What the shift changed: each measure before and after, over what no difference would give."""

# R pairs, one row each

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._rows import mark_expected, percent_scale, row_panels
from synthgap_cli.figures._style import CANDIDATE, QUIET, fit, styled


@dataclass(frozen=True)
class Measure:
    """One measure of the gap, for every row.

    Parameters
    ----------
    name : str
        The axis' name, such as ``ROC-AUC``.
    before, after : float (R,)
        Without and with the shift; NaN where unknown.
    before_interval, after_interval : float (R, 2)
        Lower and upper bounds; NaN where unknown.
    expected_before, expected_after : float
        What a true null gives. The two differ for tests on rows that a fitted map has moved (thesis, note 5).
    percent : bool
        Whether the values are shares, shown on a scale from 0 to 100 %.
    """

    name: str
    before: NDArray[np.floating]
    after: NDArray[np.floating]
    before_interval: NDArray[np.floating]
    after_interval: NDArray[np.floating]
    expected_before: float
    expected_after: float
    percent: bool = False


@styled
def draw(labels: Sequence[str], measures: Sequence[Measure]) -> Figure:
    """Return one panel a measure with an arrow a row, from before to after the shift.

    Parameters
    ----------
    labels : R strings
        What each row compares, such as the network that judges. Thesis, section 2f.
    measures : sequence of Measure
        At least one.
    """
    figure, axes = row_panels(labels, columns=len(measures))
    for one, measure in zip(axes, measures, strict=True):
        _draw_measure(one, measure)
        one.set_xlabel(fit(measure.name, 44))
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=2)
    return figure


def _draw_measure(axes: Axes, measure: Measure) -> None:
    rows = np.arange(len(measure.before))
    states = (
        ("before the shift", measure.before, measure.before_interval, -0.12, "white"),
        ("after the shift", measure.after, measure.after_interval, 0.12, CANDIDATE),
    )
    for name, values, interval, offset, fill in states:
        axes.hlines(rows + offset, *interval.T, color=CANDIDATE, linewidth=3.5, alpha=0.35)
        axes.plot(values, rows + offset, "o", color=CANDIDATE, mfc=fill, markersize=6.5, mew=1.5, label=name)
    for row in rows[np.isfinite(measure.before) & np.isfinite(measure.after)]:
        axes.annotate(
            "", (measure.after[row], row + 0.12), (measure.before[row], row - 0.12),
            arrowprops={"arrowstyle": "->", "color": QUIET, "linewidth": 0.9, "shrinkA": 5, "shrinkB": 5},
        )  # fmt: skip
    if measure.percent:
        percent_scale(axes)
    _mark_null(axes, measure)


def _mark_null(axes: Axes, measure: Measure) -> None:
    number = "{:.1%}" if measure.percent else "{:.2f}"
    before, after = measure.expected_before, measure.expected_after
    if before == after:
        mark_expected(axes, before, f"expected if nothing differs: {number.format(before)}")
        return
    mark_expected(axes, before, f"expected before: {number.format(before)}", level=1)
    mark_expected(axes, after, f"expected after: {number.format(after)}")
