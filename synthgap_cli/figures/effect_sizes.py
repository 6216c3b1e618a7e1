"""How large the differences of single features are, beside what no difference would give."""

# D features

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from synthgap_cli.figures._style import CANDIDATE, FAINT, INK, NULL, QUIET, panels, say_empty, styled

SMALL_EFFECT = 0.2  # Cohen (1988)
_NULL_95 = 1.96  # 95th percentile of |z|


@styled
def draw(cohen_d: NDArray[np.floating], *, null_deviation: float) -> Figure:
    """Return the histogram of |Cohen d| with the line of a small effect and the range of a true null.

    Parameters
    ----------
    cohen_d : float (D,)
        One a component, signed or not; NaN for dead components, which are counted apart.
    null_deviation : float
        Standard deviation of d where the means are equal: sqrt(1/n + 1/m) for n and m independent
        rows, more for rows that come in groups.
    """
    figure, (axes,) = panels(height=3.2)
    effects = np.abs(cohen_d[np.isfinite(cohen_d)]).astype(np.float64)
    if not len(effects):
        say_empty(axes, "every component is dead")
        return figure
    edges = np.linspace(0, max(1.05 * effects.max(), 1.5 * SMALL_EFFECT), 61)
    shares = np.histogram(effects, bins=edges)[0] / len(effects)
    axes.stairs(shares, edges, fill=True, color=CANDIDATE, alpha=0.75)
    axes.set(
        xlim=(0, edges[-1]), ylim=(0, 1.35 * shares.max()), xlabel="|Cohen d|", ylabel="share of components"
    )
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    _mark(axes, effects, null_deviation)
    dead = len(cohen_d) - len(effects)
    noun = "component" if len(effects) == 1 else "components"
    axes.set_title(f"{len(effects):,} {noun}" + (f", {dead:,} dead left out" if dead else ""))
    return figure


def _mark(axes: Axes, effects: NDArray[np.float64], null_deviation: float) -> None:
    """Mark the null's range, the small effect and the median, each named in the space above the bars."""
    larger = np.mean(effects > SMALL_EFFECT)
    lines = [
        (SMALL_EFFECT, NULL, f"small effect {SMALL_EFFECT}: {larger:.1%} are larger"),
        (float(np.median(effects)), INK, f"median {np.median(effects):.2f}"),
    ]
    if np.isfinite(null_deviation):
        limit = _NULL_95 * null_deviation
        axes.axvspan(0, limit, color=FAINT, zorder=0)
        lines.append((limit, NULL, f"no difference: 95% of components below {limit:.2f}"))
    for level, (x, colour, text) in enumerate(sorted(lines)):
        # the leftmost line is named highest, so that its name passes over the others
        _name_line(axes, x, 0.97 - 0.085 * level, text, colour)


def _name_line(axes: Axes, x: float, height: float, text: str, colour: str) -> None:
    right = axes.get_xlim()[1]
    x = min(x, right)
    place = axes.get_xaxis_transform()  # x in data, height as a share of the axes
    axes.plot([x, x], [0, height], color=colour, linestyle=(0, (4, 3)), linewidth=1.1, transform=place)
    late = x > 0.6 * right
    axes.annotate(
        text, (x, height), xycoords=place, xytext=(-6 if late else 6, 0), textcoords="offset points",
        ha="right" if late else "left", va="top", color=QUIET, fontsize=8.5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )  # fmt: skip
