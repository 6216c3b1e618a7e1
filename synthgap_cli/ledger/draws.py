"""The comparisons behind the numbers of a view: halves of the sets, and relabellings for p-values."""

# n tested rows a side, K sets of a pool, N = K n pooled rows in the order of the sets, h rows of a half
# R repeats, P permutations

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.distances.draws import Draws
from synthgap_cli.ledger.pairs import Family, LedgerPair
from synthgap_cli.ledger.rows import LedgerRows
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.statistics.conclusion import ALPHA
from synthgap_cli.statistics.halves import halves_by_group, thin

REPEATS = 20
PERMUTATIONS = 99
"""At least; more where so many judges share the level that their smallest p-value could not pass."""

IN_A_CHAIN = ("R1/R2", "R/S", "R/R'", "R'1/R'2", "R'/S'", "R/T", "R'/T", "S'/T", "R/U", "S/U")
"""The order of pairs in which most share a half with the one before, so that a distance reads it once."""

Members = NDArray[np.bool_]  # (N,)


@dataclass(frozen=True)
class Comparisons:
    """Draws from the pooled rows of some sets, for pairs of these.

    Attributes
    ----------
    sets : tuple of ImageSet
        Of the pool.
    halves : Draws
        Comparisons of halves.
    of_pair : dict of (R,) int
        Which of them are of which pair, by its name, in the order of the repeats.
    tests : Draws
        All tested rows of each pair that is no floor, followed by its P relabellings.
    tested : tuple of str
        The names of the pairs of ``tests``, in order.
    """

    sets: tuple[ImageSet, ...]
    halves: Draws
    of_pair: dict[str, NDArray[np.intp]]
    tests: Draws
    tested: tuple[str, ...]


@dataclass(frozen=True)
class LedgerPlan:
    """What to compare in a family.

    Attributes
    ----------
    originals : Comparisons
        Of pairs without the outcome, from a pool without it: what they say owes nothing to the shift.
    shifted : Comparisons
        Of pairs with the outcome, from the pool of all sets.
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


def plan_ledger(
    family: Family, rows: LedgerRows, *, repeats: int, permutations: int, seed: int
) -> LedgerPlan:
    """Return the draws that every view makes of a family.

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
    sides = (units[0], units[1] + rows.tested[0].num_units)
    halves, per_half = _halves(units, repeats, streams[0])
    few = min(side.num_units for side in rows.tested)
    wanted = ((family.sets[:-1], family.without_outcome), (family.sets, family.with_outcome))
    originals, shifted = (
        _compare(pairs, _Pool(sets, sides), halves, permutations, stream)
        for (sets, pairs), stream in zip(wanted, streams[1:], strict=True)
    )
    return LedgerPlan(
        originals, shifted, rows_per_half=per_half, degrees=1 / (1 / (repeats - 1) + 1 / (few - 1))
    )


class _Pool:
    """The pooled rows (N,) of some sets, whose rows (n,) are in the units of their sides."""

    def __init__(self, sets: tuple[ImageSet, ...], units: tuple[NDArray[np.intp], NDArray[np.intp]]) -> None:
        self.sets = sets
        self.groups = np.concatenate([units[one.side] for one in sets])  # (N,)

    def members(self, of: ImageSet, rows: Members | None = None) -> Members:
        """Return the subset (N,) that has these rows (n,) of one set, or all of them."""
        pooled = np.zeros((len(self.sets), len(self.groups) // len(self.sets)), dtype=bool)
        pooled[self.sets.index(of)] = True if rows is None else rows
        return pooled.ravel()


def _compare(
    pairs: Sequence[LedgerPair],
    pool: _Pool,
    halves: list[list[Members]],
    permutations: int,
    rng: np.random.Generator,
) -> Comparisons:
    """Return the draws for these pairs."""
    order = sorted(pairs, key=lambda pair: IN_A_CHAIN.index(pair.name))
    compared = _draws_of_halves(halves, order, pool)
    tested = [pair for pair in pairs if pair.judged != "halves"]
    relabelled = [one for pair in tested for one in _relabellings(pair, pool, permutations, rng)]
    each_with_next = np.arange(len(relabelled), dtype=np.intp).reshape(-1, 2)
    return Comparisons(
        sets=pool.sets,
        halves=compared,
        of_pair={
            pair.name: np.arange(place, len(compared.pairs), len(order)) for place, pair in enumerate(order)
        },
        tests=Draws(np.stack(relabelled, axis=1), each_with_next, pool.groups),
        tested=tuple(pair.name for pair in tested),
    )


def _draws_of_halves(halves: list[list[Members]], order: Sequence[LedgerPair], pool: _Pool) -> Draws:
    """Return the comparisons of every repeat, pairs in this order; each half of a set is one subset."""
    subsets: dict[tuple[ImageSet, int], Members] = {}  # by set and half
    compared: list[tuple[tuple[ImageSet, int], tuple[ImageSet, int]]] = []
    for repeat in range(len(halves[0]) // 2):
        for pair in order:
            keys = (pair.first, 2 * repeat), (pair.second, 2 * repeat + (pair.judged != "apart"))
            compared.append(keys)
            subsets |= {(of, half): pool.members(of, halves[of.side][half]) for of, half in keys}
    numbers = {key: number for number, key in enumerate(subsets)}
    compared_numbers = [[numbers[first], numbers[second]] for first, second in compared]
    members = np.stack(list(subsets.values()), axis=1)
    return Draws(members, np.array(compared_numbers, dtype=np.intp), pool.groups)


def _halves(
    units: list[NDArray[np.intp]], repeats: int, rng: np.random.Generator
) -> tuple[list[list[Members]], int]:
    """Return the halves ``a, b, a, b, ...`` (2R of (n,)) of each side, all thinned to one size."""
    whole = [halves_by_group(of, repeats=repeats, rng=rng).T for of in units]  # (2R, n)
    per_half = min(int(of.sum(axis=1).min()) for of in whole)
    return [[thin(half, per_half, rng) for half in of] for of in whole], per_half


def _relabellings(
    pair: LedgerPair, pool: _Pool, permutations: int, rng: np.random.Generator
) -> list[Members]:
    """Return the whole sets of a pair, then both sides of each relabelling: ``2 (P + 1)`` subsets (N,)."""
    groups = pool.groups
    first, second = pool.members(pair.first), pool.members(pair.second)
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
