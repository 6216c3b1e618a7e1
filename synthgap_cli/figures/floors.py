"""How far each distance lies beyond its noise floor."""

# M numbers, one row each; T draws

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy.typing import NDArray

from synthgap_cli.figures._rows import mark_expected, row_panels
from synthgap_cli.figures._style import CANDIDATE, INK, REAL, fit, styled

LINEAR_TO = 2.0  # floors; logarithmic from there
TICKS = (-100, -10, -2, -1, 0, 1, 2, 10, 100, 1000, 10_000)


@styled
def draw(
    labels: Sequence[str],
    *,
    within_real: NDArray[np.floating],
    within_synthetic: NDArray[np.floating],
    between: NDArray[np.floating],
    floors: NDArray[np.floating],
    domains: tuple[str, str] = ("real", "synthetic"),
) -> Figure:
    """Return a dot plot, one row a number: draws between halves of one domain, and of the two.

    Each row has its own scale, on which 0 is the median of all draws within a domain and 1 the floor, so
    that numbers that are high and numbers that are low for equal sets read alike: right is farther apart.

    Parameters
    ----------
    labels : M strings
    within_real, within_synthetic, between : float (M, T)
        The number's draws; rows with one that is not finite stay empty.
    floors : float (M,)
        What draws within a domain stay within.
    domains : (str, str)
        What the real and the synthetic rows are called.
    """
    figure, (axes,) = row_panels(labels)
    mark_expected(axes, 1, "floor")
    centres = np.median(np.concatenate([within_real, within_synthetic], axis=1), axis=1, keepdims=True)
    unit = floors[:, None] - centres
    for draws, offset, colour, label in (
        (within_real, -0.18, REAL, f"within {fit(domains[0], 18)}"),
        (within_synthetic, 0.18, CANDIDATE, f"within {fit(domains[1], 18)}"),
        (between, 0.0, INK, "between the two"),
    ):
        relative = np.divide(draws - centres, unit, out=np.full_like(draws, np.nan), where=unit != 0)
        _draw_dots(axes, relative, offset, colour, label)
    _scale(axes)
    figure.legend(loc="outside upper left", ncols=3)
    return figure


def _draw_dots(axes: Axes, relative: NDArray[np.floating], offset: float, colour: str, label: str) -> None:
    rows = np.repeat(np.arange(len(relative)) + offset, relative.shape[1])
    axes.plot(
        relative.ravel(), rows, "o", color=colour, markersize=3.5, alpha=0.45, markeredgewidth=0, label=label
    )
    axes.plot(np.median(relative, axis=1), np.arange(len(relative)) + offset, "D", color=colour, markersize=6)


def _scale(axes: Axes) -> None:
    axes.set_xscale("symlog", linthresh=LINEAR_TO)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -1.5), max(high, 2.5))
    axes.xaxis.set_major_locator(FixedLocator(TICKS))
    axes.xaxis.set_minor_locator(FixedLocator([]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}".replace("-", "−")))
    axes.set_xlabel("0: usual between halves of one domain; 1: the floor (logarithmic from 2)")
