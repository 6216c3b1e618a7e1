"""How densely latents lie: real, synthetic and shifted ones in a plane, and how near their neighbours."""

# n points of a set

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from synthgap_cli.figures._style import CANDIDATE, INK, QUIET, REAL, fit, panels, styled

CUBE = 1.5  # half the side, in latent units; thesis, section 2e


@dataclass(frozen=True)
class Latents:
    """One set of latents.

    Parameters
    ----------
    label : str
    points : float (n, 2)
        Along two axes of the latent space, in latent units: 1 is the prior's standard deviation.
    nearest_own, nearest_real : float
        Median distance of a row to the nearest other row of its set, and of the real ones.
    nearest_real_quartiles : (float, float)
        Of the latter.
    """

    label: str
    points: NDArray[np.floating]
    nearest_own: float
    nearest_real: float
    nearest_real_quartiles: tuple[float, float] = (math.nan, math.nan)


@styled
def draw(real: Latents, others: Sequence[Latents]) -> Figure:
    """Return a panel for each other set, drawn over the real one, and one of distances to neighbours.

    The square is the cube of the thesis, section 2e, which a dense latent space fills: most draws of the
    prior lie in it. All planes have one scale.

    Parameters
    ----------
    real : Latents
    others : sequence of Latents
        One or two: the synthetic ones as they are, and shifted.
    """
    figure, axes = panels(1, len(others) + 1, height=3.3)
    frame = _frame([real, *others])
    for one, other in zip(axes, others, strict=False):
        _draw_plane(one, real, other, frame)
    axes[0].set_ylabel("second axis")
    _draw_neighbours(axes[-1], [real, *others])
    return figure


def _frame(sets: Sequence[Latents]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the lower and the upper corner of a square that holds the cube and nearly all points."""
    points = np.concatenate([one.points for one in sets])
    points = np.concatenate([points[np.isfinite(points).all(axis=1)], [[-CUBE, -CUBE], [CUBE, CUBE]]])
    low, high = points.min(axis=0), points.max(axis=0)
    centre, half = (low + high) / 2, 0.54 * (high - low).max()
    return centre - half, centre + half


def _draw_plane(
    axes: Axes, real: Latents, other: Latents, frame: tuple[NDArray[np.floating], NDArray[np.floating]]
) -> None:
    for one, colour, mark in ((real, REAL, "o"), (other, CANDIDATE, "^")):
        axes.plot(
            *one.points.T, mark, color=colour, markersize=3, alpha=0.45, markeredgewidth=0,
            label=fit(one.label, 16), rasterized=True,
        )  # fmt: skip
    axes.add_patch(
        Rectangle(
            (-CUBE, -CUBE), 2 * CUBE, 2 * CUBE, fill=False, edgecolor=INK, linewidth=1.1, linestyle="--"
        )
    )
    low, high = frame
    axes.set(
        xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", xlabel="first axis, latent units"
    )
    axes.legend(loc="lower left", bbox_to_anchor=(-0.04, 1.0), ncols=2, columnspacing=0.8, handletextpad=0.2,
                markerscale=2)  # fmt: skip


def _draw_neighbours(axes: Axes, sets: Sequence[Latents]) -> None:
    rows = np.arange(len(sets))
    for row, one in enumerate(sets):
        axes.hlines(row + 0.12, *one.nearest_real_quartiles, color=REAL, linewidth=4, alpha=0.3)
    axes.plot(
        [one.nearest_real for one in sets], rows + 0.12, "D", color=REAL, markersize=6, label="real one"
    )
    axes.plot(
        [one.nearest_own for one in sets],
        rows - 0.12,
        "o",
        color=QUIET,
        mfc="white",
        mew=1.5,
        label="of its own",
    )
    axes.set_yticks(rows, labels=[fit(one.label, 16) for one in sets])
    axes.set(ylim=(len(sets) - 0.5, -0.5), xlabel="distance to the nearest")
    axes.set_xlim(0, None)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.04, 1.0), ncols=2, columnspacing=0.8, handletextpad=0.2)
