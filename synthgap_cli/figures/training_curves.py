"""How a training went: losses, quality on held-out images and the learning rate, by step."""

# K recorded steps

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter, Locator, LogLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from synthgap_cli.figures._style import NULL, QUIET, fit, panels, say_empty, series_style, styled

_FEW = 4


@dataclass(frozen=True)
class Trace:
    """One line: a quantity at the steps (K,) where it was recorded; NaN leaves a gap."""

    label: str
    steps: NDArray[np.number]
    values: NDArray[np.floating]


@dataclass(frozen=True)
class Panel:
    """Lines that share an axis, such as training and validation loss.

    Parameters
    ----------
    title : str
        The quantity and its unit.
    traces : sequence of Trace
        One to sixteen.
    logarithmic : bool
        Whether the axis is; values that are not positive are then left out.
    """

    title: str
    traces: Sequence[Trace]
    logarithmic: bool = False


@styled
def draw(record: Sequence[Panel], *, best_step: float | None = None, unit: str = "step") -> Figure:
    """Return one panel a quantity, two a row, over common steps.

    Parameters
    ----------
    record : sequence of Panel
        At least one; for a VAE the loss and its MSE, KL, validation PSNR, learning rate. Thesis, section 2b.
    best_step : float, optional
        Step of the checkpoint that was kept, marked in every panel.
    unit : str
        What the horizontal axis counts.
    """
    columns = min(2, len(record))
    rows = -(-len(record) // columns)
    figure, axes = panels(rows, columns, height=0.4 + 2.0 * rows, sharex=True)
    for spare in axes[len(record) :]:
        spare.set_axis_off()
    for one, panel in zip(axes, record, strict=False):
        _draw_panel(one, panel)
        _add_legend(figure, one)
        if best_step is not None:
            one.axvline(best_step, color=NULL, linestyle=(0, (4, 3)), linewidth=1.1, zorder=1)
    for one in axes[max(0, len(record) - columns) : len(record)]:
        one.set_xlabel(unit)
        one.tick_params(labelbottom=True)  # the lowest of its column, even over an empty corner
    if best_step is not None:
        figure.suptitle(f"dashed: kept checkpoint, step {best_step:,.0f}", x=0.99, ha="right", fontsize=8.5,
                        color=QUIET)  # fmt: skip
    return figure


def _draw_panel(axes: Axes, panel: Panel) -> None:
    axes.set_title(fit(panel.title, 44))
    traces = [(trace.steps, _drawable(trace.values, panel), fit(trace.label, 18)) for trace in panel.traces]
    if not any(np.isfinite(values).any() for _, values, _ in traces):
        say_empty(axes, "not recorded")
        return
    for index, (steps, values, label) in enumerate(traces):
        # one lone record would be an invisible line
        marker = "o" if np.isfinite(values).sum() < 2 else None
        axes.plot(steps, values, marker=marker, label=label, linewidth=1.3, **series_style(index))
    if panel.logarithmic:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(_logarithmic_ticks(*axes.get_ylim()))
        axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))


def _logarithmic_ticks(low: float, high: float) -> Locator:
    """Return ticks that leave neither an axis of nine decades crowded nor one of half a decade bare."""
    if high < 10 * low:
        return MaxNLocator(4)
    return LogLocator(subs=(1, 2, 5) if high < 1000 * low else (1,))


def _drawable(values: NDArray[np.floating], panel: Panel) -> NDArray[np.floating]:
    return np.where(values > 0, values, np.nan) if panel.logarithmic else values


def _add_legend(figure: Figure, axes: Axes) -> None:
    """Name several lines: a few inside their panel, more of them below all panels."""
    handles, labels = axes.get_legend_handles_labels()
    if len(handles) > _FEW:
        width, height = figure.get_size_inches()
        figure.set_size_inches(width, height + 0.18 * -(-len(handles) // _FEW))
        figure.legend(handles, labels, loc="outside lower left", ncols=_FEW)
    elif len(handles) > 1:
        axes.legend()
