"""Whether a number lies beyond what halves of one set give: the verdict beside each distance."""

# R repeats, V values

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.distances.measure import Number

LEVEL = 0.85
"""Of one draw. What is held against the floor is the median of many, which varies less: where nothing
differed, it lay within the floor in about 95 of 100 simulated studies; with ten scenes a side, in 90 or
more (docs/distances.md)."""


@dataclass(frozen=True)
class Spread:
    """Values over repeats: mean, least and greatest; NaN where there are none."""

    mean: float = math.nan
    minimum: float = math.nan
    maximum: float = math.nan


def spread_of(values: NDArray[np.float64]) -> Spread:
    """Return the spread (V,), or unknown where a value is unknown."""
    if not len(values) or np.isnan(values).any():
        return Spread()
    return Spread(float(values.mean()), float(values.min()), float(values.max()))


def floor_of(number: Number, halves: NDArray[np.float64], level: float = LEVEL) -> float:
    """Return the value that one draw of equal sets stays within with probability ``level``.

    Of the V values between halves of one set, both sides' together, the ``ceil(level (V + 1))``-th smallest:
    a further draw from the same distribution exceeds it with at most the remaining probability. Of a number
    that is high for equal sets, the mirror image. NaN where a value is unknown, or where there are too few
    for the level.
    """
    sign = 1 if number.equal_is == "low" else -1
    rank = math.ceil(level * (len(halves) + 1))
    if rank > len(halves) or np.isnan(halves).any():
        return math.nan
    return sign * float(np.sort(sign * halves)[rank - 1])


def is_beyond(number: Number, value: float, floor: float) -> bool | None:
    """Return whether a value is worse than the floor; None where either is unknown."""
    if math.isnan(value) or math.isnan(floor):
        return None
    return value > floor if number.equal_is == "low" else value < floor
