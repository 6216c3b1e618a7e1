"""Which rows are learned from and which are judged: as many of either side, in units that are independent."""

# N rows of a side, n of them chosen, U units among these

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.splits import MIN_GROUPS

MOST_LEARNED = 5_000  # rows a side
MOST_TESTED = 2_000  # rows a side: an area of 0.5 is then known to within 0.02
LEAST_LEARNED = 2  # rows a side: one in each half
LEAST_TESTED = 8  # rows a side: four in each half


@dataclass(frozen=True)
class UnitRows:
    """Rows of the stores of one side, the same for all its versions.

    Attributes
    ----------
    rows : (n,) int
        Ascending.
    units : (n,) int
        What may not be taken apart, numbered from 0: the scene of each row, or the row itself.
    """

    rows: NDArray[np.intp]
    units: NDArray[np.intp]

    @property
    def num_units(self) -> int:
        """How many units there are."""
        return int(self.units.max()) + 1

    def select(self, chosen: NDArray[np.intp]) -> UnitRows:
        """Return these of the rows, by their place, ascending."""
        return UnitRows(self.rows[chosen], np.unique(self.units[chosen], return_inverse=True)[1])


@dataclass(frozen=True)
class LedgerRows:
    """The rows of the real and of the synthetic side.

    Attributes
    ----------
    learned, tested : pair of UnitRows
        Of the real and of the synthetic side; both have as many rows.
    by_scene : bool
        Whether units are scenes.
    """

    learned: tuple[UnitRows, UnitRows]
    tested: tuple[UnitRows, UnitRows]
    by_scene: bool

    def groups(self, side: int) -> int:
        """Return how many scenes of a side are tested; 0 where images are taken as independent."""
        return self.tested[side].num_units if self.by_scene else 0


def choose_rows(
    is_learned: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    is_tested: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    scenes: tuple[NDArray[np.generic], NDArray[np.generic]],
    *,
    seed: int,
) -> LedgerRows:
    """Return the rows that judges learn from and are tested on, the larger side thinned at random.

    Parameters
    ----------
    is_learned, is_tested : pair of bool (N,)
        Of the real and of the synthetic side; no row is both.
    scenes : pair of (N,)
    seed : int

    Raises
    ------
    InvalidInput
        A side has fewer than two rows to learn from, or than eight to be tested on; or all real rows to
        learn from are of one scene, where scenes are the unit.
    """
    rngs = np.random.default_rng(seed).spawn(2)
    learned = _equally_many([np.flatnonzero(of) for of in is_learned], MOST_LEARNED, rngs[0])
    tested = _equally_many([np.flatnonzero(of) for of in is_tested], MOST_TESTED, rngs[1])
    if len(learned[0]) < LEAST_LEARNED or len(tested[0]) < LEAST_TESTED:
        raise InvalidInput(
            f"There are {len(learned[0])} images a side to learn from and {len(tested[0])} to test on; "
            f"a ledger needs {LEAST_LEARNED} and {LEAST_TESTED}.",
            hint="Prepare more images, or give the test split a larger share with prepare --split.",
        )
    by_scene = min(len(np.unique(of[rows])) for of, rows in zip(scenes, tested, strict=True)) >= MIN_GROUPS

    def side(index: int, rows: NDArray[np.intp]) -> UnitRows:
        labels = scenes[index][rows] if by_scene else np.arange(len(rows))
        return UnitRows(rows, np.unique(labels, return_inverse=True)[1])

    if side(0, learned[0]).num_units < LEAST_LEARNED:
        raise InvalidInput(
            "All real images to learn from are of one scene; a noise floor needs two, one a half.",
            hint="Prepare more scenes, or give the test split a smaller share with prepare --split.",
        )
    return LedgerRows(
        (side(0, learned[0]), side(1, learned[1])), (side(0, tested[0]), side(1, tested[1])), by_scene
    )


def _equally_many(
    sides: list[NDArray[np.intp]], at_most: int, rng: np.random.Generator
) -> list[NDArray[np.intp]]:
    """Return as many of the rows of either side, ascending; of one that has no more, all."""
    size = min(at_most, *map(len, sides))
    return [np.sort(rng.permutation(rows)[:size]) for rows in sides]
