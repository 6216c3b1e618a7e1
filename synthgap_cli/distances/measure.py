"""What every distance is: a module of ``measures/`` that computes many draws at once."""

# N pooled rows, K draws, Q numbers

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from synthgap_cli import plugins
from synthgap_cli.arrays import Track
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.pool import PooledRows

FAMILY = "synthgap_cli.distances.measures"


@dataclass(frozen=True)
class Number:
    """One number of a distance, and whether equal sets have it low or high."""

    name: str
    equal_is: Literal["low", "high"] = "low"


@dataclass(frozen=True)
class Measured:
    """The numbers of all draws.

    Attributes
    ----------
    values : (Q, K) float64
        NaN where a draw is too small for the number.
    interval : (low, high), optional
        A 95 % interval of the first number of the first draw, where the distance has one of its own.
    """

    values: NDArray[np.float64]
    interval: tuple[float, float] | None = None


class Distance(Protocol):
    """A module of the family."""

    NUMBERS: tuple[Number, ...]
    PERMUTED: bool  # a permutation test takes but little longer than the number itself
    JACKKNIFED: bool  # a mean over pairs of images, for which the jackknife's interval holds

    def measure(self, pool: PooledRows, draws: Draws, *, rng: np.random.Generator, track: Track) -> Measured:
        """Return the numbers of every draw."""
        ...


def distance_names() -> list[str]:
    """Return the names of all distances."""
    return plugins.names(FAMILY)


def load_distance(name: str) -> Distance:
    """Return the distance called ``name``.

    Raises
    ------
    UsageProblem
        There is none of that name.
    """
    return cast(Distance, plugins.load(FAMILY, name, what="distance"))
