"""Which images train, which choose, which report: splits that keep groups whole."""

# N images, G groups

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import UsageProblem

SPLITS = ("train", "val", "test")
FRACTIONS = (0.6, 0.2, 0.2)

MIN_GROUPS = 10
"""Groups a domain needs to be split by group, and a clustered test to hold its level (thesis, note 10)."""

SHUFFLES = 100  # of which the one that comes nearest to the fractions is taken

Fractions = tuple[float, float, float]
SplitBy = Literal["group", "image"]


def assign_splits(
    groups: Sequence[str],
    *,
    fractions: Fractions = FRACTIONS,
    seed: int,
    by: SplitBy = "group",
) -> NDArray[np.str_]:
    """Return ``train``, ``val`` or ``test`` for each image, as strings ``(N,)``.

    The groups are shuffled and cut twice, where the share of images comes nearest to the fractions; of a
    hundred shuffles the one that comes nearest is taken. From three groups on no split is empty. Which split
    a group falls into depends on the seed and on the names and sizes of the groups, not on the order of rows.

    Parameters
    ----------
    groups : sequence of str
        The group of each of N images.
    fractions : three floats
        Shares of images in train, val and test, as `parse_fractions` returns them.
    seed : int
        Of the shuffles. Domains that show the same scenes go through `assign_shared_splits` instead.
    by : {"group", "image"}
        ``group`` keeps every group whole. ``image`` takes each row for a group of its own, whatever
        ``groups`` says, so here the order of rows matters.
    """
    if by == "group":
        _, group_of_row = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)  # (N,)
    else:
        group_of_row = np.arange(len(groups))
    sizes = np.bincount(group_of_row)  # (G,)
    rng = np.random.default_rng(seed)
    shuffles = 1 if by == "image" else SHUFFLES
    candidates = [cut(rng.permutation(len(sizes)), sizes, fractions) for _ in range(shuffles)]
    split_of_group = min(candidates, key=lambda split: distance(split, sizes, fractions))
    return np.array(SPLITS)[split_of_group[group_of_row]]


def parse_fractions(text: str) -> Fractions:
    """Return the shares of train, val and test, which add up to 1, from ``60/20/20`` or ``0.6/0.2/0.2``.

    Raises
    ------
    UsageProblem
        They are not three positive numbers that add up to 100 or to 1.
    """
    hint = "Write three positive numbers that add up to 100, such as 60/20/20 for train/val/test."
    try:
        train, val, test = (float(part) for part in text.split("/"))
    except ValueError as error:
        raise UsageProblem(f"The split {text!r} is not three numbers.", hint=hint) from error
    total = train + val + test
    if not (math.isclose(total, 1) or math.isclose(total, 100)):
        raise UsageProblem(f"The split {text!r} adds up to {total:g}.", hint=hint)
    if min(train, val, test) <= 0:
        raise UsageProblem(f"The split {text!r} leaves a part empty.", hint=hint)
    return train / total, val / total, test / total


def cut(order: NDArray[np.intp], sizes: NDArray[np.intp], fractions: Fractions) -> NDArray[np.intp]:
    """Return 0, 1 or 2 for each group, ``(G,)``: before the first cut of the order, between, after both."""
    count = len(order)
    edges = np.concatenate([[0], np.cumsum(sizes[order])])  # (G + 1,) images before each possible cut
    targets = np.cumsum(fractions)[:2] * edges[-1]
    first, second = np.abs(edges[:, None] - targets).argmin(axis=0)
    first = np.clip(first, 1, max(1, count - 2))
    second = np.clip(second, min(first + 1, count - 1), max(first, count - 1))
    split_of_group = np.empty(count, dtype=np.intp)
    split_of_group[order] = np.searchsorted([first, second], np.arange(count), side="right")
    return split_of_group


def distance(split_of_group: NDArray[np.intp], sizes: NDArray[np.intp], fractions: Fractions) -> float:
    """Return the largest difference between the share of images in a split and its fraction."""
    shares = np.bincount(split_of_group, weights=sizes, minlength=3) / max(1, sizes.sum())
    return float(np.abs(shares - fractions).max())
