"""Splits of domains that show the same scenes: a scene lies in one split, whichever domain it is of."""

# N images of a domain, D domains, G groups of all domains

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.splits import FRACTIONS, SHUFFLES, SPLITS, Fractions, cut, distance


def assign_shared_splits(
    domains: Sequence[Sequence[str]], *, fractions: Fractions = FRACTIONS, seed: int
) -> list[NDArray[np.str_]]:
    """Return ``train``, ``val`` or ``test`` for each image of each domain, strings ``(N,)`` each.

    As `assign_splits` does by group, but a group has one split in all domains. Of a hundred shuffles the one
    is taken whose worst domain comes nearest to the fractions. Where all domains have the same groups with
    as many images, each is split as it would be alone.

    Parameters
    ----------
    domains : sequence of sequences of str
        The group of each image of each domain.
    fractions : three floats
        Shares of images in train, val and test.
    seed : int
        Of the shuffles.
    """
    names, group_of_row = np.unique(np.concatenate([*map(_as_text, domains)]), return_inverse=True)
    rows = np.split(group_of_row, np.cumsum([len(groups) for groups in domains])[:-1])
    sizes = np.stack([np.bincount(of, minlength=len(names)) for of in rows])  # (D, G)
    rng = np.random.default_rng(seed)
    candidates = [cut(rng.permutation(len(names)), sizes.sum(axis=0), fractions) for _ in range(SHUFFLES)]
    split_of_group = min(candidates, key=lambda split: max(distance(split, of, fractions) for of in sizes))
    return [np.array(SPLITS)[split_of_group[of]] for of in rows]


def share_groups(domains: Sequence[Sequence[str]]) -> bool:
    """Return whether a group of one domain occurs in another; images without a group, "", do not count."""
    sets = [set(groups) - {""} for groups in domains]
    return len(set().union(*sets)) < sum(map(len, sets))


def _as_text(groups: Sequence[str]) -> NDArray[np.str_]:
    return np.asarray(groups, dtype=np.str_)
