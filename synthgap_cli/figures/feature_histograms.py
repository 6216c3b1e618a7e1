"""How single features are distributed in the two domains."""

# N real rows, M synthetic rows, K components shown

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from synthgap_cli.figures._style import CANDIDATE, REAL, fit, panels, say_empty, styled

BINS = 40


@styled
def draw(
    real: NDArray[np.floating],
    synthetic: NDArray[np.floating],
    *,
    components: Sequence[int] | NDArray[np.integer],
    cohen_d: Sequence[float] | NDArray[np.floating],
    domains: tuple[str, str] = ("real", "synthetic"),
) -> Figure:
    """Return one panel a component: both densities over common bins.

    Parameters
    ----------
    real : float (N, K)
    synthetic : float (M, K)
    components : K ints
        Which features the columns are, for the titles.
    cohen_d : K floats
        Their effect sizes, for the titles; NaN where unknown.
    domains : (str, str)
        What the real and the synthetic rows are called.
    """
    across = min(4, max(1, len(components)))
    down = max(1, -(-len(components) // across))
    figure, axes = panels(down, across, height=0.5 + 1.45 * down)
    for spare in axes[len(components) :]:
        spare.set_axis_off()
    for one, column in zip(axes, range(len(components)), strict=False):
        _draw_component(one, real[:, column], synthetic[:, column])
        one.set_title(f"#{components[column]}   {_effect(cohen_d[column])}", fontsize=8.5)
    handles = [axes[0].fill([], [], color=colour, alpha=0.6)[0] for colour in (REAL, CANDIDATE)]
    figure.legend(handles, [fit(domain) for domain in domains], loc="outside upper left", ncols=2)
    return figure


def _effect(cohen_d: float) -> str:
    return f"d = {cohen_d:.2f}".replace("-", "−") if np.isfinite(cohen_d) else "d unknown"


def _draw_component(axes: Axes, real: NDArray[np.floating], synthetic: NDArray[np.floating]) -> None:
    sides = [side[np.isfinite(side)].astype(np.float64) for side in (real, synthetic)]
    if not all(len(side) for side in sides):
        say_empty(axes, "no finite values")
        return
    edges = np.histogram_bin_edges(np.concatenate(sides), bins=BINS)
    for side, colour in zip(sides, (REAL, CANDIDATE), strict=True):
        density = np.histogram(side, bins=edges, density=True)[0]
        axes.stairs(density, edges, fill=True, color=colour, alpha=0.3)
        axes.stairs(density, edges, color=colour, linewidth=1.2)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(4))
