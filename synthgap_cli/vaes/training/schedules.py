"""Learning rates as pure functions of the optimizer step; all but `constant` end low."""

from __future__ import annotations

import math
from typing import Literal

Schedule = Literal["cyclic", "one-cycle", "cosine", "constant"]

ONE_CYCLE_RISE = 0.3  # share of the steps in which the rate rises
COSINE_WARM_UP = 0.05


def learning_rate(
    schedule: Schedule, step: int, *, low: float, high: float, total_steps: int, cycle_steps: int
) -> float:
    """Return the learning rate of optimizer step ``step`` (from 0).

    Parameters
    ----------
    schedule : {"cyclic", "one-cycle", "cosine", "constant"}
        ``constant`` stays at ``high``.
    low, high : float
        The ends between which the rate moves.
    total_steps : int
        Steps of the whole training.
    cycle_steps : int
        Steps of one rise and fall; only ``cyclic`` looks at it.
    """
    if schedule == "constant":
        return high
    if schedule == "cyclic":
        return low + (high - low) * triangle(step, cycle_steps)
    shape = one_cycle if schedule == "one-cycle" else warm_cosine
    return low + (high - low) * shape(step, total_steps)


def triangle(step: int, cycle_steps: int) -> float:
    """Return the height in [0, 1] of a triangle wave that starts at 0.

    Smith (2017), arXiv:1506.01186; torch's CyclicLR with ``step_size_up=cycle_steps / 2``.
    """
    return 1 - abs(2 * (step % cycle_steps) / cycle_steps - 1)


def one_cycle(step: int, total_steps: int) -> float:
    """Return the height in [0, 1]: half a cosine up, half a cosine down to 0 at the last step.

    Smith and Topin (2018), arXiv:1708.07120, in the shape of torch's OneCycleLR.
    """
    peak = ONE_CYCLE_RISE * total_steps - 1
    if step <= peak:
        return _cosine_rise(step / peak)
    return 1 - _cosine_rise((step - peak) / (total_steps - 1 - peak))


def warm_cosine(step: int, total_steps: int) -> float:
    """Return the height in [0, 1]: a short straight rise, then half a cosine down to 0 at the last step."""
    warm_up = int(COSINE_WARM_UP * total_steps)
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    return 1 - _cosine_rise((step - warm_up) / max(1, total_steps - 1 - warm_up))


def _cosine_rise(share: float) -> float:
    return (1 - math.cos(math.pi * share)) / 2
