"""The comparisons behind the numbers of a view: halves of the five sets, and relabellings for p-values."""

# n tested rows a side, N = 4 n or 5 n pooled rows in the order of `Five`, h rows of a half
# R repeats, P permutations

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.distances.draws import Draws
from synthgap_cli.ledger.five import SYMBOLS
from synthgap_cli.ledger.pairs import WITH_SHIFTED, WITHOUT_SHIFTED, LedgerPair
from synthgap_cli.ledger.rows import LedgerRows
from synthgap_cli.statistics.conclusion import ALPHA
from synthgap_cli.statistics.halves import halves_by_group, thin

REPEATS = 20
PERMUTATIONS = 99
"""At least; more where so many judges share the level that their smallest p-value could not pass."""
SIDE_OF_SET = (0, 1, 0, 1, 1)  # real or synthetic images, in the order of `Five`

IN_A_CHAIN = ("R1/R2", "R/S", "R/R'", "R'1/R'2", "R'/S'", "R/T", "R'/T", "S'/T")
"""The order of pairs in which most share a half with the one before, so that a distance reads it once."""

Members = NDArray[np.bool_]  # (N,)


@dataclass(frozen=True)
class Comparisons:
    """Draws from the pooled rows of the leading sets of `Five`, for some pairs of these.

    Attributes
    ----------
    halves : Draws
        Comparisons of halves.
    of_pair : dict of (R,) int
        Which of them are of which pair, by its name, in the order of the repeats.
    tests : Draws
        All tested rows of each pair that is no floor, followed by its P relabellings.
    tested : tuple of str
        The names of the pairs of ``tests``, in order.
    """

    halves: Draws
    of_pair: dict[str, NDArray[np.intp]]
    tests: Draws
    tested: tuple[str, ...]


@dataclass(frozen=True)
class LedgerPlan:
    """What to compare.

    Attributes
    ----------
    originals : Comparisons
        Of pairs without T, from the pool of the four sets before it: what they say owes nothing to the shift.
    shifted : Comparisons
        Of pairs with T, from the pool of all five.
    rows_per_half : int
        h.
    degrees : float
        Of freedom of a spread over the repeats: either side's units and the repeats themselves bound it.
    """

    originals: Comparisons
    shifted: Comparisons
    rows_per_half: int
    degrees: float


def permutations_for(num_judges: int) -> int:
    """Return how many relabellings give each of the judges a p-value that survives Holm's correction."""
    return max(PERMUTATIONS, math.ceil(2 * num_judges / ALPHA) - 1)


def plan_ledger(rows: LedgerRows, *, repeats: int, permutations: int, seed: int) -> LedgerPlan:
    """Return the draws that every view makes.

    Each repeat cuts the real and the synthetic units in two, and all versions of an image go with it. So
    that no image is on both sides, two versions of one side are compared by half ``a`` of the one and ``b``
    of the other; real and synthetic sets by ``a`` and ``a``. All halves have h rows: what a larger one has
    beyond is left out at random.

    A relabelling deals the units of both sides anew, as many of them to the first as the real side has; of
    two versions of the same images it swaps the versions of some units, chosen by coin. Either is exact where
    nothing differs and units are alike.
    """
    streams = np.random.default_rng(seed).spawn(3)
    units = [side.units for side in rows.tested]
    groups = np.concatenate([units[side] + side * rows.tested[0].num_units for side in SIDE_OF_SET])  # (N,)
    halves, per_half = _halves(units, repeats, streams[0])
    few = min(side.num_units for side in rows.tested)
    originals, shifted = (
        _compare(pairs, halves, groups, permutations, stream)
        for pairs, stream in zip((WITHOUT_SHIFTED, WITH_SHIFTED), streams[1:], strict=True)
    )
    return LedgerPlan(
        originals, shifted, rows_per_half=per_half, degrees=1 / (1 / (repeats - 1) + 1 / (few - 1))
    )


def _compare(
    pairs: Sequence[LedgerPair],
    halves: list[list[Members]],
    groups: NDArray[np.intp],
    permutations: int,
    rng: np.random.Generator,
) -> Comparisons:
    """Return the draws for these pairs, from a pool of no more sets than they need."""
    num_sets = 1 + max(max(pair.first, pair.second) for pair in pairs)
    groups = groups[: num_sets * len(groups) // len(SYMBOLS)]
    order = sorted(pairs, key=lambda pair: IN_A_CHAIN.index(pair.name))
    compared = _draws_of_halves(halves, order, groups, num_sets)
    tested = [pair for pair in pairs if pair.judged != "halves"]
    relabelled = [one for pair in tested for one in _relabellings(pair, groups, num_sets, permutations, rng)]
    each_with_next = np.arange(len(relabelled), dtype=np.intp).reshape(-1, 2)
    return Comparisons(
        halves=compared,
        of_pair={
            pair.name: np.arange(place, len(compared.pairs), len(order)) for place, pair in enumerate(order)
        },
        tests=Draws(np.stack(relabelled, axis=1), each_with_next, groups),
        tested=tuple(pair.name for pair in tested),
    )


def _draws_of_halves(
    halves: list[list[Members]], order: Sequence[LedgerPair], groups: NDArray[np.intp], num_sets: int
) -> Draws:
    """Return the comparisons of every repeat, pairs in this order; each half of a set is one subset."""
    subsets: dict[tuple[int, int], Members] = {}  # by set and half
    compared: list[tuple[tuple[int, int], tuple[int, int]]] = []
    for repeat in range(len(halves[0]) // 2):
        for pair in order:
            keys = (pair.first, 2 * repeat), (pair.second, 2 * repeat + (pair.judged != "apart"))
            compared.append(keys)
            subsets |= {key: _in_set(key[0], halves[SIDE_OF_SET[key[0]]][key[1]], num_sets) for key in keys}
    numbers = {key: number for number, key in enumerate(subsets)}
    compared_numbers = [[numbers[first], numbers[second]] for first, second in compared]
    return Draws(np.stack(list(subsets.values()), axis=1), np.array(compared_numbers, dtype=np.intp), groups)


def _halves(
    units: list[NDArray[np.intp]], repeats: int, rng: np.random.Generator
) -> tuple[list[list[Members]], int]:
    """Return the halves ``a, b, a, b, ...`` (2R of (n,)) of each side, all thinned to one size."""
    whole = [halves_by_group(of, repeats=repeats, rng=rng).T for of in units]  # (2R, n)
    per_half = min(int(of.sum(axis=1).min()) for of in whole)
    return [[thin(half, per_half, rng) for half in of] for of in whole], per_half


def _in_set(number: int, members: Members, num_sets: int) -> Members:
    """Return the subset (N,) of the pool that has these rows (n,) of one set."""
    pooled = np.zeros((num_sets, len(members)), dtype=bool)
    pooled[number] = members
    return pooled.ravel()


def _relabellings(
    pair: LedgerPair, groups: NDArray[np.intp], num_sets: int, permutations: int, rng: np.random.Generator
) -> list[Members]:
    """Return the whole sets of a pair, then both sides of each relabelling: ``2 (P + 1)`` subsets (N,)."""
    everything = np.ones(len(groups) // num_sets, dtype=bool)
    first, second = (_in_set(number, everything, num_sets) for number in (pair.first, pair.second))
    found = [first, second]
    units = np.unique(groups[first | second])
    for _ in range(permutations):
        moved = np.zeros(groups.max() + 1, dtype=bool)
        if pair.judged == "paired":
            moved[units] = rng.random(len(units)) < 0.5  # these units swap their versions
            to_first = np.where(moved[groups], second, first)
        else:
            moved[rng.permutation(units)[: len(np.unique(groups[first]))]] = True
            to_first = moved[groups] & (first | second)
        found += [to_first, (first | second) & ~to_first]
    return found
