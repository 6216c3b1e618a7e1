"""The kinds of target rows, learned from source rows whose kinds are known."""

# n source rows, m target rows, k coordinates, K kinds

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from synthgap_cli.shifts.balance import balance
from synthgap_cli.shifts.neighbours import cut, neighbourhood, spread, vote

Array = NDArray[np.float64]

MAX_ROUNDS = 25
HOLDS = (1.0, 0.5, 0.25, 0.0)  # how firmly kinds are held to their shares, from fully to not at all
MORE_CUT = 2.0  # times as many neighbours taken apart as without holding on, from which on it is let go
_LITTLE_CUT = 0.01  # which is no matter, whatever it is a multiple of


@dataclass(frozen=True)
class PseudoLabels:
    """What target rows were taken for.

    Attributes
    ----------
    kinds : (m,) int
    rounds : int
    changed : int
        Rows whose kind changed in the last round: 0 where the rounds have settled.
    hold : float
        How firmly kinds were held to the source's shares: 1 fully, 0 not at all.
    cut : float
        Share of neighbours that a kind has among the others, the mean over kinds.
    """

    kinds: NDArray[np.intp]
    rounds: int
    changed: int
    hold: float
    cut: float


def pseudo_labels(
    source: Array, kinds: NDArray[np.intp], target: Array, num_kinds: int, *, hold: float | None = None
) -> PseudoLabels:
    """Return which kind each target row (m, k) is most likely of.

    Parameters
    ----------
    source : (n, k)
        Rows of known ``kinds`` (n,), about their own mean: the rounds begin with a shift of the mean.
    target : (m, k)
        Rows about their own mean.
    hold : float, optional
        How firmly kinds are held to their shares; by default as firmly as the target bears.

    Notes
    -----
    In each round the shifted source rows vote for the kinds of the target rows; target rows that are
    neighbours are made to agree; names are dealt so that kinds move least in sum; and each kind of the source
    moves onto the mean of the target rows that were taken for it. Before and after neighbours talk, kinds
    are held to the shares that they have in the source (`balance`): a kind that has lost a few rows in one
    round would lose all of them in the next ones. Shares that differ between the sides would cut clusters of
    the target in two. So kinds are held no more firmly than takes twice as many neighbours apart as not
    holding them does.
    """
    graph = neighbourhood(target)
    if hold is not None:
        return _label(source, kinds, target, num_kinds, graph, hold=hold)
    free = _label(source, kinds, target, num_kinds, graph, hold=HOLDS[-1])
    for hold in HOLDS[:-1]:
        found = _label(source, kinds, target, num_kinds, graph, hold=hold)
        if found.cut <= MORE_CUT * free.cut + _LITTLE_CUT:
            return found
    return free


def _label(
    source: Array,
    kinds: NDArray[np.intp],
    target: Array,
    num_kinds: int,
    graph: sparse.csr_array,
    *,
    hold: float,
) -> PseudoLabels:
    shares = np.bincount(kinds, minlength=num_kinds) / len(kinds)
    offsets = np.zeros((num_kinds, source.shape[1]))
    found = np.full(len(target), -1)
    for rounds in range(1, MAX_ROUNDS + 1):  # noqa: B007  how many they were is told
        votes = vote(source + offsets[kinds], kinds, target, num_kinds)
        agreed = spread(_held(votes, shares, hold), graph)
        latest = _nearest_names(_held(agreed, shares, hold).argmax(axis=1), source, kinds, target)
        changed = int((latest != found).sum())
        found = latest
        if not changed:
            break
        for kind in np.intersect1d(found, kinds):
            offsets[kind] = target[found == kind].mean(axis=0) - source[kinds == kind].mean(axis=0)
    return PseudoLabels(found, rounds, changed, hold, cut(found, graph, num_kinds))


def _nearest_names(
    found: NDArray[np.intp], source: Array, kinds: NDArray[np.intp], target: Array
) -> NDArray[np.intp]:
    """Return the found kinds (m,), names dealt anew so that kinds move least in sum.

    Two kinds that took each other's rows in an early round would stay exchanged: each then moves onto the
    other's rows, and its votes confirm it. They have far to go, which is what gives them away.

    References
    ----------
    Kuhn (1955), doi:10.1002/nav.3800020109.
    """
    names = np.intersect1d(found, kinds)
    starts, ends = (
        np.stack([rows[of == name].mean(axis=0) for name in names])
        for rows, of in ((source, kinds), (target, found))
    )
    renamed = np.arange(max(found.max(), kinds.max()) + 1)
    ours, theirs = linear_sum_assignment(cdist(starts, ends, "sqeuclidean"))
    renamed[names[theirs]] = names[ours]
    return renamed[found]


def _held(probabilities: Array, shares: Array, hold: float) -> Array:
    """Return probabilities (m, K) brought towards a geometric mean of the shares and of their own means."""
    expected = shares**hold * probabilities.mean(axis=0) ** (1 - hold)
    return balance(probabilities, expected / expected.sum())
