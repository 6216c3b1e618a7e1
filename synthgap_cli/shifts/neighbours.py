"""What rows say of the kinds of their neighbours."""

# n labelled rows, m rows, k coordinates, K kinds

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

Array = NDArray[np.float64]

NEIGHBOURS = 10
PASSED_ON = 0.9  # share of what a row says that it has from its neighbours
ROUNDS = 30  # after which 4 % of what a row says is still to come


def vote(labelled: Array, kinds: NDArray[np.intp], rows: Array, num_kinds: int) -> Array:
    """Return for rows (m, k) the share (m, K) of their ten nearest labelled rows (n, k) of each kind."""
    count = min(NEIGHBOURS, len(labelled))
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(labelled)
    voters = kinds[search.kneighbors(rows, return_distance=False)]  # (m, count)
    return np.stack([(voters == kind).mean(axis=1) for kind in range(num_kinds)], axis=1)


def neighbourhood(rows: Array) -> sparse.csr_array:
    """Return the graph (m, m) that joins each row (m, k) to its ten nearest, symmetric and normalised.

    Two rows are joined where either is among the ten nearest of the other. An edge weighs one over the
    root of the product of both ends' numbers of edges.
    """
    count = min(NEIGHBOURS, len(rows) - 1)
    if count < 1:
        return sparse.csr_array((len(rows), len(rows)))
    search = NearestNeighbors(n_neighbors=count, algorithm="brute").fit(rows)
    directed = sparse.csr_array(search.kneighbors_graph(mode="connectivity"))
    joined = directed.maximum(directed.T)
    scale = sparse.diags_array(1 / np.sqrt(joined.sum(axis=1)))
    return sparse.csr_array(scale @ joined @ scale)


def spread(shares: Array, graph: sparse.csr_array) -> Array:
    """Return shares (m, K) after neighbours have talked to each other; each row sums to one.

    References
    ----------
    Zhou et al. (2003), Learning with local and global consistency, section 2, ended after 30 rounds.
    """
    said = shares
    for _ in range(ROUNDS):
        said = PASSED_ON * (graph @ said) + (1 - PASSED_ON) * shares
    return np.asarray(said / said.sum(axis=1, keepdims=True))


def cut(kinds: NDArray[np.intp], graph: sparse.csr_array, num_kinds: int) -> float:
    """Return the share of a kind's edges that lead to other kinds, the mean over kinds.

    A kind without rows counts as cut through: otherwise one kind for all rows would be best.

    References
    ----------
    Shi and Malik (2000), doi:10.1109/34.868688, over the number of kinds.
    """
    ends = sparse.coo_array(graph)
    first, second = kinds[ends.coords[0]], kinds[ends.coords[1]]
    edges = np.bincount(first, minlength=num_kinds)
    leaving = np.bincount(first[first != second], minlength=num_kinds)
    return float(np.mean(np.divide(leaving, edges, out=np.ones(num_kinds), where=edges > 0)))
