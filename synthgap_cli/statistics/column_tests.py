"""Tests that need all values of a component at once, by blocks of columns."""

# N rows, D components, C components of one block, R repeats

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track
from synthgap_cli.statistics.brown_forsythe import brown_forsythe_test
from synthgap_cli.statistics.floors import RepeatedPercent
from synthgap_cli.statistics.rank_tests import (
    kolmogorov_smirnov_rejects,
    kolmogorov_smirnov_test,
    mann_whitney_test,
)
from synthgap_cli.statistics.side import Plan
from synthgap_cli.statistics.t_test import Outcome, percent_rejected

ColumnTest = Literal["mannwhitney", "ks", "levene"]
Columns = NDArray[np.floating]

COLUMN_TESTS: dict[ColumnTest, Callable[[Columns, Columns], Outcome]] = {
    "mannwhitney": mann_whitney_test,
    "ks": kolmogorov_smirnov_test,
    "levene": brown_forsythe_test,  # centred at the median
}

READ_VALUES = 2**23  # of both sides: 32 MiB of float32, read by one pass over the stores
TESTED_VALUES = 2**18  # at once: what is sorted stays near the cache


Half = tuple[int, NDArray[np.bool_]]  # which side, and which of its rows


@dataclass(frozen=True)
class ColumnOutcome:
    """A test of all components, and the percentage that it rejects between halves, by floor."""

    outcome: Outcome
    floors: dict[str, RepeatedPercent]


def compare_columns(
    reference: Plan, candidate: Plan, test: ColumnTest, *, alpha: float, track: Track
) -> ColumnOutcome:
    """Return what a test finds between two sides, and between their halves.

    Parameters
    ----------
    reference, candidate : Plan
        Of tables with the same D, two rows each at least. Both are read once for every block of columns:
        as many as make 2**23 values, so that memory is O(N + 2**23).

    Returns
    -------
    ColumnOutcome
        Its floors are named as those of `Comparison`.
    """
    whole: list[Outcome] = []
    floors = _floors(reference, candidate)
    p_values: dict[str, list[list[NDArray[np.float64]]]] = {name: [] for name in floors}
    for sides in track(_column_blocks(reference, candidate), test):
        whole.append(COLUMN_TESTS[test](*sides))
        for name, pairs in floors.items():
            p_values[name].append([_between(sides, *pair, test, alpha) for pair in pairs])
    percents = {
        name: [percent_rejected(np.concatenate(parts), alpha) for parts in zip(*blocks, strict=True)]
        for name, blocks in p_values.items()
    }
    outcome = Outcome(*(np.concatenate(parts) for parts in zip(*map(_fields, whole), strict=True)))
    return ColumnOutcome(outcome, {name: RepeatedPercent.of(found) for name, found in percents.items()})


def _floors(reference: Plan, candidate: Plan) -> dict[str, list[tuple[Half, Half]]]:
    """Return the pairs of halves behind each floor."""
    by_image = [plan.image_halves.T for plan in (reference, candidate)]  # (R, N)
    by_group = [plan.group_halves.T for plan in (reference, candidate)]
    firsts = [((0, one), (1, other)) for one, other in zip(*by_image, strict=True)]
    seconds = [((0, ~one), (1, ~other)) for one, other in zip(*by_image, strict=True)]
    floors: dict[str, list[tuple[Half, Half]]] = {"percent_at_half": firsts + seconds}
    for cut, halvings in (("image", by_image), ("group", by_group)):
        for side, name in enumerate(("reference", "candidate")):
            floors[f"{name}_by_{cut}"] = [((side, half), (side, ~half)) for half in halvings[side]]
    return {name: pairs if _enough(pairs) else [] for name, pairs in floors.items()}


def _enough(pairs: list[tuple[Half, Half]]) -> bool:
    return all(half.sum() >= 2 for pair in pairs for _, half in pair)


def _between(
    sides: tuple[Columns, Columns], one: Half, other: Half, test: ColumnTest, alpha: float
) -> NDArray[np.float64]:
    first, second = (sides[side][:, half] for side, half in (one, other))
    if test == "ks":
        return kolmogorov_smirnov_rejects(first, second, alpha=alpha)
    return COLUMN_TESTS[test](first, second).p_value


def _fields(outcome: Outcome) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return outcome.statistic, outcome.p_value


def _column_blocks(reference: Plan, candidate: Plan) -> Iterator[tuple[Columns, Columns]]:
    """Yield a few columns of both sides at a time: (C, n1) and (C, n2)."""
    num_rows = reference.num_rows + candidate.num_rows
    read, at_once = (max(1, values // num_rows) for values in (READ_VALUES, TESTED_VALUES))
    for start in range(0, reference.source.shape[1], read):
        wide = [_read_columns(plan, np.s_[start : start + read]) for plan in (reference, candidate)]
        for first in range(0, len(wide[0]), at_once):
            yield wide[0][first : first + at_once], wide[1][first : first + at_once]


def _read_columns(plan: Plan, columns: slice) -> Columns:
    num_columns = len(range(*columns.indices(plan.source.shape[1])))
    values: Columns | None = None
    start = 0
    for block in plan.source.blocks(plan.rows):
        if values is None:
            values = np.empty((num_columns, plan.num_rows), block.dtype)
        values[:, start : start + len(block)] = block[:, columns].T
        start += len(block)
    assert values is not None, "two rows at least"
    return values
