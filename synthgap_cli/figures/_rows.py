"""Plots with one named row a network: dots on a common scale."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from synthgap_cli.figures._style import INK, NULL, QUIET, fit, panels

_ROW_HEIGHT = 0.42  # inches: room for a label of two lines
_FRAME = 1.15  # inches for legend, axis and its name


def row_panels(
    labels: Sequence[str],
    *,
    columns: int = 1,
    width_ratios: Sequence[float] | None = None,
    row_height: float = _ROW_HEIGHT,
) -> tuple[Figure, list[Axes]]:
    """Return a figure and its panels side by side, row i at height i from the top, named at the left.

    A label may have two lines where rows have the usual height, which is in inches. Panels are equally wide
    unless ``width_ratios`` says otherwise.
    """
    height = _FRAME + row_height * max(1, len(labels))
    figure, axes = panels(1, columns, height=height, sharey=True, width_ratios=width_ratios)
    length = 24 if columns > 1 and width_ratios is None else 34
    names = ["\n".join(fit(line, length) for line in label.split("\n")) for label in labels]
    axes[0].set_yticks(range(len(labels)), labels=names)
    axes[0].set_ylim(max(1, len(labels)) - 0.5, -0.5)
    for one in axes:
        one.tick_params(axis="y", length=0, labelcolor=INK)
        one.spines["left"].set_visible(False)
    return figure, axes


def percent_scale(axes: Axes) -> None:
    """Let the horizontal axis run from 0 to 100 %."""
    axes.set_xlim(-0.02, 1.04)
    axes.xaxis.set_major_formatter(PercentFormatter(1))


def mark_expected(axes: Axes, value: float, text: str, *, level: int = 0) -> None:
    """Draw the vertical line of a true null and name it above the axes, on the given line of text."""
    axes.axvline(value, color=NULL, linestyle=(0, (4, 3)), linewidth=1.1, zorder=1)
    axes.annotate(
        text, (value, 1), xycoords=axes.get_xaxis_transform(), xytext=(-2, 2 + 10 * level),
        textcoords="offset points", ha="left", va="bottom", fontsize=8, color=QUIET,
    )  # fmt: skip
