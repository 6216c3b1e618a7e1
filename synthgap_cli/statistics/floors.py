"""The percentage rejected between halves, repeated: the noise beside which a difference is read."""

# N rows, R repeats, G groups

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track
from synthgap_cli.statistics.halves import halves_by_group, halves_by_image
from synthgap_cli.statistics.moments import Moments, stream_subset_moments
from synthgap_cli.statistics.rows import Rows, count_rows
from synthgap_cli.statistics.t_test import TWO_SAMPLE_TESTS, TestName, percent_rejected


@dataclass(frozen=True)
class Side:
    """One side of a comparison: moments of all its rows, and of halves, in pairs (2R each).

    ``num_groups`` is None and ``group_halves`` empty where no groups are known; the latter also where
    there is but one.
    """

    moments: Moments
    image_halves: list[Moments]
    group_halves: list[Moments]
    num_groups: int | None


@dataclass(frozen=True)
class RepeatedPercent:
    """The percentage of live components rejected, over repeats; NaN where there could be none."""

    mean: float = float("nan")
    minimum: float = float("nan")
    maximum: float = float("nan")


def read_side(
    source: Rows,
    rows: NDArray[np.intp] | None,
    groups: NDArray[np.generic] | None,
    *,
    repeats: int,
    rng: np.random.Generator,
    track: Track,
    description: str,
) -> Side:
    """Return one side's moments and those of its halves, from one pass over its rows.

    Parameters
    ----------
    source, rows
        Which rows (None: all) of which table.
    groups : (N,) labels, optional
        One for each row of the table, chosen or not.
    """
    num_rows = count_rows(source, rows)
    columns = [np.ones((num_rows, 1), dtype=bool), halves_by_image(num_rows, repeats=repeats, rng=rng)]
    num_groups = None
    if groups is not None:
        assert len(groups) == source.shape[0], "one label for each row of the table"
        chosen = groups if rows is None else groups[rows]
        num_groups = len(np.unique(chosen))
        if num_groups > 1:
            columns.append(halves_by_group(chosen, repeats=repeats, rng=rng))
    blocks = track(source.blocks(rows), description)
    whole, *halves = stream_subset_moments(blocks, np.concatenate(columns, axis=1))
    return Side(whole, halves[: 2 * repeats], halves[2 * repeats :], num_groups)


def within(halves: list[Moments], *, test: TestName, alpha: float) -> RepeatedPercent:
    """Return what the test rejects between the two halves of each pair (2R in a row)."""
    return _repeat(zip(halves[::2], halves[1::2], strict=True), test, alpha)


def between_halves(
    reference: list[Moments], candidate: list[Moments], *, test: TestName, alpha: float
) -> RepeatedPercent:
    """Return what the test rejects between the two sides, half against half, at a floor's own n."""
    return _repeat(zip(reference, candidate, strict=True), test, alpha)


def _repeat(pairs: Iterable[tuple[Moments, Moments]], test: TestName, alpha: float) -> RepeatedPercent:
    percents = []
    for first, second in pairs:
        if min(first.n, second.n) < 2:
            return RepeatedPercent()
        percents.append(percent_rejected(TWO_SAMPLE_TESTS[test](first, second).p_value, alpha))
    if not percents:
        return RepeatedPercent()
    return RepeatedPercent(float(np.mean(percents)), min(percents), max(percents))
