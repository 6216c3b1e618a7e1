"""Pseudo-labels that several fits vote on, and how far these agree: what tells whether to believe them."""

# n source rows, m target rows, k coordinates, K kinds

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.pseudo_labels import PseudoLabels, pseudo_labels

Array = NDArray[np.float64]
Kinds = NDArray[np.intp]

SPLITS = 3  # of the source rows into halves


@dataclass(frozen=True)
class AgreedLabels:
    """What target rows were taken for, and two signs that this can be believed.

    Attributes
    ----------
    kinds : (m,) int
    stability : float
        Cohen's kappa between what each fit finds and what all of them do, the mean.
    way_back : float
        Cohen's kappa between the source's kinds and those that its rows get back from the target's.
    by_all : PseudoLabels
        What all source rows together find.
    """

    kinds: Kinds
    stability: float
    way_back: float
    by_all: PseudoLabels

    @property
    def agreement(self) -> float:
        """The lesser of the two: 1 where nothing contradicts the kinds, 0 at chance."""
        return min(self.stability, self.way_back)


def agreed_labels(source: Array, kinds: Kinds, target: Array, num_kinds: int, *, seed: int) -> AgreedLabels:
    """Return which kind each target row (m, k) is of by the vote of seven fits, and how far they agree.

    Parameters
    ----------
    source, kinds, target, num_kinds
        As `pseudo_labels` takes them.
    seed : int
        Of the halves.

    Notes
    -----
    One fit has all source rows, six have the halves of three splits within kinds, and hold kinds to their
    shares as firmly as that one. A fit that exchanges two
    kinds is outvoted, for halves seldom exchange the same ones. Then the target's rows, with the kinds found,
    are the labelled ones, and the source's kinds are found from them: kinds that cannot be told apart do not
    come back. No label of the target is looked at.

    References
    ----------
    Zhong et al. (2010), doi:10.1007/978-3-642-15939-8_35, for the way back (reverse validation);
    Cohen (1960), doi:10.1177/001316446002000104.
    """
    by_all = pseudo_labels(source, kinds, target, num_kinds)
    halves = _halves(kinds, np.random.default_rng(seed))
    fits = [by_all.kinds]
    for half in halves:
        about = source[half] - source[half].mean(axis=0)
        fits.append(pseudo_labels(about, kinds[half], target, num_kinds, hold=by_all.hold).kinds)
    votes = np.stack([np.sum([fit == kind for fit in fits], axis=0) for kind in range(num_kinds)], axis=1)
    agreed = votes.argmax(axis=1)
    back = pseudo_labels(target, agreed, source, num_kinds).kinds
    return AgreedLabels(
        agreed, float(np.mean([cohens_kappa(fit, agreed) for fit in fits])), cohens_kappa(back, kinds), by_all
    )


def cohens_kappa(first: Kinds, second: Kinds) -> float:
    """Return how far two give the same kinds (n,): 1 always, 0 as often as by chance.

    Where there is but one kind, 1.
    """
    num_kinds = int(max(first.max(), second.max())) + 1
    shares = [np.bincount(each, minlength=num_kinds) / len(each) for each in (first, second)]
    by_chance = float(shares[0] @ shares[1])
    if np.isclose(by_chance, 1):
        return 1.0
    return float((np.mean(first == second) - by_chance) / (1 - by_chance))


def _halves(kinds: Kinds, rng: np.random.Generator) -> Iterator[Kinds]:
    """Yield rows, ascending: both halves of each split, with half of each kind in either."""
    for _ in range(SPLITS):
        order = rng.permutation(len(kinds))
        order = order[np.argsort(kinds[order], kind="stable")]  # kind after kind, each in random order
        yield np.sort(order[::2])
        yield np.sort(order[1::2])
