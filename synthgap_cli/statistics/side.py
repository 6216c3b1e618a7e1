"""One side of a comparison, read once: all of its rows, their halves, and some of them to keep."""

# N rows, D components, R repeats, G groups, m rows kept

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.clusters import GroupSums, Sample
from synthgap_cli.statistics.halves import halves_by_group, halves_by_image
from synthgap_cli.statistics.moments import moments_of
from synthgap_cli.statistics.rows import Rows, count_rows
from synthgap_cli.statistics.sums import PivotedPieces, Sums, sums_of

KEPT_ROWS = 256

T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """Which rows of a table to read, and how they are cut.

    Attributes
    ----------
    source, rows
        Which rows (None: all) of which table.
    groups : (N,) int or None
        The group of each row to be read, 0 to G - 1, where groups are known.
    image_halves : (N, R) bool
        Which rows are in the first half; the others are in the second.
    group_halves : (N, R) bool
        The same, no group being cut in two; R is 0 where there are fewer than two groups.
    """

    source: Rows
    rows: NDArray[np.intp] | None
    groups: NDArray[np.intp] | None
    image_halves: NDArray[np.bool_]
    group_halves: NDArray[np.bool_]

    @property
    def num_rows(self) -> int:
        """How many rows are read."""
        return count_rows(self.source, self.rows)

    @property
    def num_groups(self) -> int | None:
        """How many groups they come from, where known."""
        return None if self.groups is None else int(self.groups.max(initial=-1)) + 1


@dataclass(frozen=True)
class Side:
    """What one pass over a side found.

    Attributes
    ----------
    whole : Sample
        Of all rows.
    image_halves, group_halves : list of Sample
        Halves in pairs, 2R each; only those by group tell the error of a mean by groups.
    kept, kept_groups : (m, D) float64 and (m,) int
        Rows spread evenly over the side, and their groups; each row its own where groups are unknown.
    """

    whole: Sample
    image_halves: list[Sample]
    group_halves: list[Sample]
    kept: NDArray[np.float64]
    kept_groups: NDArray[np.intp]


def plan_side(
    source: Rows,
    rows: NDArray[np.intp] | None,
    groups: NDArray[np.generic] | None,
    *,
    repeats: int,
    rng: np.random.Generator,
) -> Plan:
    """Return how a side is cut into random halves.

    Parameters
    ----------
    source, rows
        Which rows (None: all) of which table.
    groups : (N,) labels, optional
        One for each row of the table, read or not.
    """
    num_rows = count_rows(source, rows)
    by_image = halves_by_image(num_rows, repeats=repeats, rng=rng)[:, ::2]
    if groups is None:
        return Plan(source, rows, None, by_image, np.empty((num_rows, 0), dtype=bool))
    assert len(groups) == source.shape[0], "one label for each row of the table"
    _, numbered = np.unique(groups if rows is None else groups[rows], return_inverse=True)
    enough = repeats if numbered.max(initial=0) > 0 else 0
    by_group = halves_by_group(numbered, repeats=enough, rng=rng)[:, ::2]
    return Plan(source, rows, numbered, by_image, by_group)


def read_side(plan: Plan, blocks: Iterable[NDArray[np.floating]]) -> Side:
    """Return one side's moments and those of its halves, from one pass over its rows.

    Parameters
    ----------
    plan : Plan
    blocks : iterable of (n, D)
        The rows of the plan, read once: memory is O(R * D), see `GroupSums` for groups.

    Raises
    ------
    InvalidInput
        There are no rows, or a value is not finite.
    """
    subsets = np.concatenate([np.ones((plan.num_rows, 1), dtype=bool), plan.image_halves], axis=1)
    num_subsets = subsets.shape[1]  # 1 + R
    groups = _group_sums(plan)
    keep = np.unique(np.linspace(0, plan.num_rows - 1, KEPT_ROWS).astype(np.intp))
    kept: list[NDArray[np.float64]] = []
    total: Sums | None = None
    start = 0
    pieces = PivotedPieces(blocks, at_least=4 * num_subsets)
    for centred in pieces:
        stop = start + len(centred)
        kept.append(centred[keep[(keep >= start) & (keep < stop)] - start])
        weights = subsets[start:stop].T.astype(np.float64)
        if groups is not None:
            weights = np.concatenate([weights, groups.indicators(start, stop)])
        sums = sums_of(centred, weights)
        if groups is not None:
            groups.add(start, stop, sums.part(np.s_[num_subsets:]))
        part = sums.part(np.s_[:num_subsets])
        if total is None:
            total = part
        else:
            total.add(part)
        start = stop
    pivot = pieces.pivot
    assert total is not None
    assert start == plan.num_rows, "every row of the plan, once"
    whole, *image_halves = _in_pairs(moments_of(total.with_complements(), pivot, scale=total.squares[0]))
    clustered = _in_pairs(groups.samples(pivot)) if groups is not None else []
    return Side(
        Sample(whole, clustered[0].mean_error if clustered else None),
        [Sample(half) for half in image_halves],
        clustered[1:],
        np.concatenate(kept) + pivot,
        keep if plan.groups is None else plan.groups[keep],
    )


def _group_sums(plan: Plan) -> GroupSums | None:
    if plan.groups is None or not plan.num_rows:
        return None
    first_row = np.unique(plan.groups, return_index=True)[1]
    in_first = plan.group_halves[first_row].T  # (R, G): a group is in one half as a whole
    return GroupSums(plan.groups, np.concatenate([np.ones((1, len(first_row)), dtype=bool), in_first]))


def _in_pairs(found: list[T]) -> list[T]:
    """Return the whole, then each first half followed by its complement; they come apart."""
    repeats = len(found) // 2
    pairs = zip(found[1 : 1 + repeats], found[1 + repeats :], strict=True)
    return [found[0], *(half for pair in pairs for half in pair)]
