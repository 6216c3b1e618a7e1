"""Which rows are compared with which: the two sets, halves of them, and random relabellings."""

# N pooled rows (n reference, then m candidate), S subsets, K draws, R repeats, P permutations

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.halves import halves_by_group, halves_by_image, thin

JACKKNIFE_BLOCKS = 20


@dataclass(frozen=True)
class Draws:
    """Comparisons to make.

    Attributes
    ----------
    members : (N, S) bool
        Subsets of the pooled rows.
    pairs : (K, 2) int
        For each draw the two subsets compared, which share no row; the first draw is the comparison
        asked about.
    groups : (N,) int
        What may not be taken apart: the scene of each row, or the row itself.
    """

    members: NDArray[np.bool_]
    pairs: NDArray[np.intp]
    groups: NDArray[np.intp]

    def rows(self, subset: int) -> NDArray[np.intp]:
        """Return the rows of a subset, ascending."""
        return np.flatnonzero(self.members[:, subset])

    @property
    def sizes(self) -> NDArray[np.intp]:
        """How many rows each subset has (S,)."""
        return np.asarray(self.members.sum(axis=0))


@dataclass(frozen=True)
class Plan:
    """Draws by purpose.

    Attributes
    ----------
    draws : Draws
    parts : dict of (k,) int
        Which draws are of which purpose: ``whole``, ``between``, ``reference``, ``candidate``, the latter
        three with ``_groups`` too, ``permutation``, ``jackknife``. What there is none of is missing.
    rows_per_half : int
        By scene where halves are drawn by scene.
    """

    draws: Draws
    parts: dict[str, list[int]]
    rows_per_half: int


class _Planner:
    """Collects subsets and pairs of them."""

    def __init__(self, num_rows: int) -> None:
        self._num_rows = num_rows
        self._members: list[NDArray[np.bool_]] = []
        self._pairs: list[tuple[int, int]] = []
        self.parts: dict[str, list[int]] = {}

    def subset(self, side: slice, chosen: NDArray[np.bool_]) -> int:
        members = np.zeros(self._num_rows, dtype=bool)
        members[side] = chosen
        self._members.append(members)
        return len(self._members) - 1

    def pair(self, part: str, first: int, second: int) -> None:
        self.parts.setdefault(part, []).append(len(self._pairs))
        self._pairs.append((first, second))

    def draws(self, groups: NDArray[np.intp]) -> Draws:
        return Draws(np.stack(self._members, axis=1), np.asarray(self._pairs, dtype=np.intp), groups)


def plan_draws(
    sizes: tuple[int, int],
    groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None,
    *,
    repeats: int,
    permutations: int,
    jackknife: bool,
    seed: int,
) -> Plan:
    """Return all the draws behind one number with its floors, its p-value and its interval.

    Parameters
    ----------
    sizes : (n, m)
        Rows of the reference and of the candidate.
    groups : pair of (n,), (m,) labels, optional
        Scenes, where there are enough of them. Halves are then drawn by scene too, and permutations and
        the jackknife move whole scenes.
    repeats : int
        Pairs of halves of each side. All have as many rows as the smallest of them, about half of the smaller
        side, or less where scenes are of very different size: what a larger one has beyond that is left out
        at random.
    permutations : int
        Random relabellings: as many groups as the reference has are called reference.
    jackknife : bool
        Whether to leave out each of at most 20 blocks of each side in turn.
    """
    n, m = sizes
    labels = groups or (np.arange(n), np.arange(m))
    numbers = [np.unique(side, return_inverse=True)[1] for side in labels]
    pooled = np.concatenate([numbers[0], numbers[1] + numbers[0].max() + 1])
    planner = _Planner(n + m)
    streams = np.random.default_rng(seed).spawn(4)
    sides = slice(0, n), slice(n, n + m)
    whole = [planner.subset(side, np.ones(side.stop - side.start, dtype=bool)) for side in sides]
    planner.pair("whole", whole[0], whole[1])
    per_half = _add_halves(planner, sides, None, "", repeats, streams[0])
    if groups is not None:
        per_half = _add_halves(planner, sides, groups, "_groups", repeats, streams[1])
    _add_permutations(planner, pooled, numbers[0].max() + 1, permutations, streams[2])
    if jackknife:
        _add_jackknife(planner, sides, numbers, streams[3])
    return Plan(planner.draws(pooled), planner.parts, per_half)


def _add_halves(
    planner: _Planner,
    sides: tuple[slice, slice],
    groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None,
    suffix: str,
    repeats: int,
    rng: np.random.Generator,
) -> int:
    """Add pairs of halves of the sides, and of one side with the other; return the rows of each half."""
    members = [
        halves_by_image(side.stop - side.start, repeats=repeats, rng=rng)
        if groups is None
        else halves_by_group(groups[index], repeats=repeats, rng=rng)
        for index, side in enumerate(sides)
    ]
    sizes = np.concatenate([of.sum(axis=0) for of in members])
    per_half = int(sizes.min(initial=min(map(len, members)) // 2))
    halves = [
        [planner.subset(side, thin(half, per_half, rng)) for half in of.T]
        for side, of in zip(sides, members, strict=True)
    ]
    for repeat in range(repeats):  # by repeat: a distance that keeps the latest subsets reads each once
        reference, candidate = (side[2 * repeat : 2 * repeat + 2] for side in halves)
        planner.pair(f"between{suffix}", reference[0], candidate[0])
        planner.pair(f"reference{suffix}", reference[0], reference[1])
        planner.pair(f"candidate{suffix}", candidate[0], candidate[1])
    return per_half


def _add_permutations(
    planner: _Planner, groups: NDArray[np.intp], num_first: int, permutations: int, rng: np.random.Generator
) -> None:
    everywhere = slice(0, len(groups))
    for _ in range(permutations):
        shuffled = rng.permutation(groups.max() + 1)
        in_first = (shuffled < num_first)[groups]
        first, second = planner.subset(everywhere, in_first), planner.subset(everywhere, ~in_first)
        planner.pair("permutation", first, second)


def _add_jackknife(
    planner: _Planner,
    sides: tuple[slice, slice],
    numbers: list[NDArray[np.intp]],
    rng: np.random.Generator,
) -> None:
    counts = [int(side.max()) + 1 for side in numbers]
    blocks = min(JACKKNIFE_BLOCKS, *counts)
    block_of = [(rng.permutation(count) % blocks)[side] for count, side in zip(counts, numbers, strict=True)]
    for block in range(blocks):
        kept = [planner.subset(side, of != block) for side, of in zip(sides, block_of, strict=True)]
        planner.pair("jackknife", kept[0], kept[1])
