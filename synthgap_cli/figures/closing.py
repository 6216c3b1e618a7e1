"""How much of the gap a shift leaves, judge by judge, on one scale: 0 at the floor, 1 as before it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from synthgap_cli.figures._rows import row_panels
from synthgap_cli.figures._style import CANDIDATE, INK, NULL, QUIET, fit, say_empty, styled

Interval = tuple[float, float]

LOWEST, HIGHEST = -1.0, 2.5  # what lies beyond stands at the edge as an arrowhead
_ROW_HEIGHT = 0.28  # inches
_DASHED = (0, (4, 3))
_NUMBERS = (("before", 0.28), ("after", 0.64), ("floor", 1.0))  # heading, and where its column ends


@dataclass(frozen=True)
class Line:
    """One number of one judge; what is unknown is NaN.

    Parameters
    ----------
    label : str
        Which judge, which number.
    before, after, floor : float
        In the number's own unit: without the shift, with it, and where nothing differs.
    before_interval : (float, float)
        Of ``before``, in the same unit.
    left : (float, float)
        Interval of the share of the gap that is left, 1 before the shift and 0 at the floor.
    remark : str
        Why the judge cannot say anything; its numbers are then grey and no share is drawn.
    """

    label: str
    before: float
    after: float
    floor: float
    before_interval: Interval = (math.nan, math.nan)
    left: Interval = (math.nan, math.nan)
    remark: str = ""

    def relative(self, value: float) -> float:
        """Return where a value of the number lies between its floor, 0, and what it was before, 1."""
        gap = self.before - self.floor
        return (value - self.floor) / gap if gap else math.nan


@styled
def draw(lines: Sequence[Line]) -> Figure:
    """Return one row a number of a judge: before and after the shift between the floor and before.

    Parameters
    ----------
    lines : sequence of Line
        From top to bottom. A number that has no gap to close should carry a remark.
    """
    figure, (axes, beside) = row_panels(
        [line.label for line in lines], columns=2, width_ratios=(3.0, 1.25), row_height=_ROW_HEIGHT
    )
    beside.set_axis_off()
    if not lines:
        say_empty(axes)
        return figure
    for place, style in ((0.0, _DASHED), (1.0, "-")):
        axes.axvline(place, color=NULL, linestyle=style, linewidth=1.1, zorder=1)
    _scale(axes, lines)
    for row, line in enumerate(lines):
        if line.remark:
            _say_why(axes, row, line)
        else:
            _draw_line(axes, row, line)
    _write_numbers(beside, lines)
    _add_legend(figure)
    return figure


def _scale(axes: Axes, lines: Sequence[Line]) -> None:
    drawn = [line for line in lines if not line.remark]
    places = [line.relative(end) for line in drawn for end in (line.after, *line.before_interval)]
    places += [end for line in drawn for end in line.left]
    known = [place for place in places if math.isfinite(place)]
    low, high = min([*known, -0.1]), max([*known, 1.1])
    axes.set_xlim(max(low - 0.05, LOWEST), min(high + 0.05, HIGHEST))
    axes.xaxis.set_major_locator(MultipleLocator(0.25 if high - low < 2 else 0.5))
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("share of the gap that is left (0 %: the floor; 100 %: as before the shift)")


def _draw_line(axes: Axes, row: int, line: Line) -> None:
    """Draw the number before at 1 and after at the share that is left, each over its interval."""
    low, high = (line.relative(end) for end in line.before_interval)
    axes.hlines(row - 0.14, low, high, color=NULL, linewidth=3, alpha=0.4)
    axes.plot(1, row - 0.14, "o", color=QUIET, mfc="white", markersize=6, mew=1.4)
    axes.hlines(row + 0.14, *line.left, color=CANDIDATE, linewidth=3, alpha=0.45)
    place = line.relative(line.after)
    left, right = axes.get_xlim()
    mark = "<" if place < left else ">" if place > right else "o"
    axes.plot(min(max(place, left), right), row + 0.14, mark, color=CANDIDATE, markersize=6.5, clip_on=False)


def _say_why(axes: Axes, row: int, line: Line) -> None:
    axes.text(
        0.5, row, fit(line.remark, 40), color=QUIET, fontsize=8, fontstyle="italic", ha="center", va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
    axes.get_yticklabels()[row].set_color(QUIET)


def _write_numbers(axes: Axes, lines: Sequence[Line]) -> None:
    """Fill axes without a frame with the numbers behind each row."""
    axes.set_xlim(0, 1)
    for name, right in _NUMBERS:
        axes.annotate(
            name, (right, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points",
            ha="right", va="bottom", fontsize=8, color=QUIET,
        )  # fmt: skip
        for row, line in enumerate(lines):
            colour = QUIET if line.remark else INK
            written = _number(getattr(line, name))
            axes.text(right, row, written, ha="right", va="center", fontsize=8, color=colour)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 999.5:
        written = f"{value:,.0f}"
    else:
        written = f"{value:#.{3 if abs(value) >= 0.001 else 2}g}".rstrip(".")
    return written.replace("-", "−")


def _add_legend(figure: Figure) -> None:
    axes = figure.axes[0]
    axes.plot([], [], "o", color=QUIET, mfc="white", markersize=6, mew=1.4, label="before the shift")
    axes.plot([], [], "o", color=CANDIDATE, markersize=6.5, label="after the shift")
    axes.plot([], [], color=NULL, linestyle=_DASHED, linewidth=1.1, label="floor: nothing differs")
    figure.legend(loc="outside upper left", ncols=3)
