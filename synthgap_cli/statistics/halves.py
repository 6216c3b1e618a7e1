"""Random disjoint halves: what a comparison finds where there is nothing to find."""

# N rows, R repeats, G groups

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def halves_by_image(num_rows: int, *, repeats: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return memberships (N, 2R): columns ``2r`` and ``2r + 1`` are two halves that share no row.

    Every row is in one of the two; an odd row makes the first half larger.
    """
    in_first = np.zeros((num_rows, repeats), dtype=bool)
    for repeat in range(repeats):
        in_first[rng.permutation(num_rows)[: (num_rows + 1) // 2], repeat] = True
    return _both_halves(in_first)


def halves_by_group(
    groups: NDArray[np.generic], *, repeats: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return memberships (N, 2R) as `halves_by_image` does, in which no group (N,) is cut in two.

    Groups are dealt in random order, each to the half that is smaller so far. Groups at least twice as
    large go first, so that the small ones can even the halves out; a coin says which half is called the
    first, or the largest group would always be in it. With few groups, repeats coincide.
    """
    _, group_of_row, group_sizes = np.unique(groups, return_inverse=True, return_counts=True)
    in_first = np.zeros((len(groups), repeats), dtype=bool)
    for repeat in range(repeats):
        in_first[:, repeat] = _deal(group_sizes, rng)[group_of_row]
    return _both_halves(in_first)


def _deal(group_sizes: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which groups (G,) are in the first half."""
    shuffled = rng.permutation(len(group_sizes))
    magnitude = np.floor(np.log2(group_sizes[shuffled]))
    in_first = np.zeros(len(group_sizes), dtype=bool)
    lead = 0  # rows by which the first half is larger
    for group in shuffled[np.argsort(-magnitude, kind="stable")]:
        in_first[group] = lead <= 0
        lead += group_sizes[group] if in_first[group] else -group_sizes[group]
    return in_first ^ (rng.random() < 0.5)


def thin(members: NDArray[np.bool_], at_most: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the subset (N,) with at most so many rows left in it, chosen at random."""
    thinned = np.zeros_like(members)
    thinned[rng.permutation(np.flatnonzero(members))[:at_most]] = True
    return thinned


def _both_halves(in_first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    num_rows, repeats = in_first.shape
    return np.stack([in_first, ~in_first], axis=2).reshape(num_rows, 2 * repeats)  # from (N, R, 2)
