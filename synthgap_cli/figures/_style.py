"""The look all figures share: size, ink, and who wears which colour."""

from __future__ import annotations

from functools import cache
from typing import Any

import matplotlib
import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font

WIDTH = 7.5  # inches; 720 CSS pixels, the report's column
DPI = 96  # points on paper are then points on the page

INK = "#1f2933"
QUIET = "#616e7c"  # 5.2 : 1 on white
RULE = "#cbd2d9"
FAINT = "#eceff2"

# Told apart in all three kinds of colour blindness and in grey; a test simulates them.
REAL = "#1b6ca8"
CANDIDATE = "#e0702c"
NULL = "#7b8794"  # what chance or a true null would give
RIGHT = "#2a9d8f"
WRONG = "#b5179e"

# Series without a role stay off the two colours above; from the ninth on the hues return dashed.
_SERIES = ("#2a9d8f", "#7b2d8b", "#c9a227", "#8c4a2f", "#4c9be8", "#d45087", "#5a7d2a", "#3d405b")

_FONT = "DejaVu Sans"  # ships with matplotlib, so that a figure is the same everywhere
_SMALL = 8.5

_HOUSE = {
    "font.family": [_FONT],
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,  # a folder may be called $x$
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.titlepad": 7,
    "axes.labelsize": 9,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.9,
    "lines.linewidth": 1.7,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "legend.fontsize": _SMALL,
    "legend.labelcolor": INK,
    "legend.handlelength": 1.4,
    "svg.hashsalt": "synthgap",
}

# Decorates a draw function: the user's own matplotlib settings neither show nor change.
styled = matplotlib.style.context(["default", _HOUSE])


def new_figure(height: float, *, width: float = WIDTH) -> Figure:
    """Return an empty figure of that size in inches that lays itself out."""
    return Figure(figsize=(width, height), dpi=DPI, layout="constrained")


def panels(rows: int = 1, columns: int = 1, *, height: float, **options: Any) -> tuple[Figure, list[Axes]]:  # noqa: ANN401  Figure.subplots' own
    """Return a figure of full width and its axes, row by row."""
    figure = new_figure(height)
    axes = list(figure.subplots(rows, columns, squeeze=False, **options).flat)
    for one in axes:
        quiet_ticks(one)
    return figure, axes


def quiet_ticks(axes: Axes) -> None:
    """Make the ticks of axes small and grey, those made later too."""
    axes.tick_params(
        which="both", color=RULE, labelcolor=QUIET, labelsize=_SMALL, labelfontfamily=_FONT, length=3
    )


def series_style(index: int) -> dict[str, Any]:
    """Return colour and line style of the series at that position, no two alike among sixteen."""
    return {"color": _SERIES[index % len(_SERIES)], "linestyle": "-" if index % 16 < len(_SERIES) else "--"}


def fit(text: str, length: int = 26) -> str:
    """Return one line of at most ``length`` characters, elided in the middle, in glyphs the font has."""
    known = _glyphs()
    line = "".join(letter if ord(letter) in known else "□" for letter in " ".join(text.split()))
    if len(line) > length:
        tail = (length - 1) // 2
        line = f"{line[: length - 1 - tail]}…{line[-tail:]}"
    return f" {line}" if line.startswith("_") else line  # matplotlib hides what starts with _


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(_FONT)).get_charmap())


def say_empty(axes: Axes, text: str = "nothing to show") -> None:
    """Write in the middle of axes that hold no data why they are empty."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=QUIET)
