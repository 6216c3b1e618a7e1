"""Which share of the components tells two groups apart: within each domain, and between them."""

# R networks or layers, one row each; T repeats of a random split

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from synthgap_cli.figures._rows import mark_expected, percent_scale, row_panels
from synthgap_cli.figures._style import CANDIDATE, INK, QUIET, REAL, fit, styled


@styled
def draw(
    labels: Sequence[str],
    *,
    within_real: NDArray[np.floating],
    within_synthetic: NDArray[np.floating],
    between: NDArray[np.floating],
    expected_null: float,
    domains: tuple[str, str] = ("real", "synthetic"),
) -> Figure:
    """Return the thesis' table as a dot plot: one row a network, the expected share as a line.

    Parameters
    ----------
    labels : R strings
        One a row: the network, and how its rows were grouped.
    within_real, within_synthetic : float (R, T)
        Shares of rejected components between random halves of one domain: drawn as the median and
        the range over the repeats.
    between : float (R,)
        The same between the domains. Thesis, sections 1c and 2d.
    expected_null : float
        The share that is rejected where nothing differs.
    domains : (str, str)
        What the real and the synthetic rows are called.
    """
    figure, (axes,) = row_panels(labels)
    mark_expected(axes, expected_null, f"expected if nothing differs: {expected_null:.1%}")
    rows = np.arange(len(labels))
    sides = ((within_real, -0.14, REAL, domains[0]), (within_synthetic, 0.14, CANDIDATE, domains[1]))
    for shares, offset, colour, domain in sides:
        _draw_ranges(axes, shares, rows + offset, colour, f"within {fit(domain, 18)}")
    axes.plot(between, rows, "D", color=INK, markersize=6, label="between the two")
    for row in rows:
        if np.isfinite(between[row]):
            axes.annotate(
                f"{between[row]:.1%}", (between[row], row), xytext=(0, 7), textcoords="offset points",
                ha="center", va="bottom", fontsize=8, color=QUIET,
            )  # fmt: skip
    percent_scale(axes)
    axes.set_xlabel("share of components whose equal means are rejected")
    figure.legend(loc="outside upper left", ncols=4)
    return figure


def _draw_ranges(
    axes: Axes, shares: NDArray[np.floating], heights: NDArray[np.floating], colour: str, label: str
) -> None:
    spans = [row[np.isfinite(row)] for row in shares]
    known = [index for index, span in enumerate(spans) if len(span)]
    low, middle, high = (np.array([f(spans[index]) for index in known]) for f in (np.min, np.median, np.max))
    axes.hlines(heights[known], low, high, color=colour, linewidth=3.5, alpha=0.4)
    axes.plot(middle, heights[known], "o", color=colour, markersize=5, label=label)
