"""Two principal components of real and synthetic rows, and how much variance they explain."""

# N real rows, M synthetic rows, n rows drawn of a side, D features, K components

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from synthgap_cli.figures._components import principal_components
from synthgap_cli.figures._style import CANDIDATE, INK, NULL, REAL, fit, panels, say_empty, styled

MAX_POINTS = 2_000  # a side: more hide each other


@dataclass(frozen=True)
class Projection:
    """Real and synthetic rows in the plane of the two first components.

    Parameters
    ----------
    real, synthetic : float64 (n, 2)
        The rows drawn; the second coordinate is 0 where there is one component.
    num_real, num_synthetic : int
        How many there were to draw from.
    explained_share : float64 (K,)
        Of the total variance, by component.
    """

    real: NDArray[np.float64]
    synthetic: NDArray[np.float64]
    num_real: int
    num_synthetic: int
    explained_share: NDArray[np.float64]


def project(
    real: NDArray[np.floating], synthetic: NDArray[np.floating], *, rng: np.random.Generator
) -> Projection:
    """Return real (N, D) and synthetic (M, D) rows in the plane that explains most of their variance.

    At most 2,000 finite rows a side, drawn at random, are used for both the fit and the picture.
    """
    chosen = [_subsample(rows, rng) for rows in (real, synthetic)]
    both = np.concatenate(chosen)
    if len(both) < 2:
        nowhere = np.zeros((len(both), 2))
        cut = len(chosen[0])
        return Projection(nowhere[:cut], nowhere[cut:], len(real), len(synthetic), np.full(1, np.nan))
    components = principal_components(both)
    plane = np.zeros((2, both.shape[1]))
    plane[: len(components.directions)] = components.directions[:2]
    placed = [(rows - components.mean) @ plane.T for rows in chosen]  # (n, 2) each
    return Projection(placed[0], placed[1], len(real), len(synthetic), components.explained_share)


def _subsample(rows: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.floating]:
    finite = np.flatnonzero(np.isfinite(rows).all(axis=1))
    if len(finite) > MAX_POINTS:
        finite = np.sort(rng.choice(finite, MAX_POINTS, replace=False))
    return rows[finite]


@styled
def draw(projection: Projection, *, domains: tuple[str, str] = ("real", "synthetic")) -> Figure:
    """Return the scatter plot of both domains and the curve of explained variance.

    Parameters
    ----------
    projection : Projection
        As `project` returns it. Thesis, section 1b.
    domains : (str, str)
        What the real and the synthetic rows are called.
    """
    figure, (plane, curve) = panels(1, 2, height=3.9, width_ratios=(1.75, 1))
    _draw_plane(plane, projection, domains)
    _draw_explained(curve, projection.explained_share)
    return figure


def _draw_plane(axes: Axes, projection: Projection, domains: tuple[str, str]) -> None:
    sides = (
        (projection.real, projection.num_real, REAL, domains[0]),
        (projection.synthetic, projection.num_synthetic, CANDIDATE, domains[1]),
    )
    for points, total, colour, domain in sides:
        number = f"{len(points):,}" if len(points) == total else f"{len(points):,} of {total:,}"
        axes.scatter(
            points[:, 0], points[:, 1], s=9, color=colour, alpha=0.5, linewidths=0, rasterized=True,
            label=f"{fit(domain, 20)} ({number})",
        )  # fmt: skip
    for points, _, colour, _ in sides:
        if len(points):  # where a group's mean lies, over all points
            axes.plot(*points.mean(axis=0), "o", color=colour, markersize=8, mec="white", mew=1.6)
    shares = [*projection.explained_share[:2], np.nan, np.nan]
    axes.set(xlabel=_axis_label(1, shares[0]), ylabel=_axis_label(2, shares[1]))
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, markerscale=2, columnspacing=1.2)


def _axis_label(number: int, share: float) -> str:
    return f"component {number} ({share:.1%} of variance)" if np.isfinite(share) else f"component {number}"


def _draw_explained(axes: Axes, share: NDArray[np.float64]) -> None:
    if not np.isfinite(share).all():
        say_empty(axes, "no variance to explain")
        return
    numbers = np.arange(1, len(share) + 1)
    reached = np.cumsum(share)
    axes.plot(numbers, reached, color=INK, marker="o", markersize=3)
    axes.set(xlabel="components", xlim=(0, max(2, len(share)) + 0.5), ylim=(0, 1.04))
    axes.set_title("variance explained, cumulative")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    two = min(2, len(share))
    axes.annotate(
        f"first {two}: {reached[two - 1]:.1%}", (two, reached[two - 1]), xytext=(14, -24),
        textcoords="offset points", fontsize=8.5,
        arrowprops={"arrowstyle": "-", "color": NULL, "shrinkB": 4},
    )  # fmt: skip
