"""Kinds that nobody has named: clusters of both sides, matched one to one."""

# n source rows, m target rows, k coordinates, K clusters

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

Array = NDArray[np.float64]

MAX_CLUSTERS = 10
ROWS_A_CLUSTER = 50


def default_clusters(num_rows: int) -> int:
    """Return how many clusters to look for among so many rows: one for every 50, from 1 to 10."""
    return min(MAX_CLUSTERS, max(1, num_rows // ROWS_A_CLUSTER))


def matched_clusters(
    source: Array, target: Array, count: int, *, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Return the clusters of source rows (n,), those of target rows (m,), and the source's centres (K, k).

    Both sides lie about their own means, so clusters are compared after a shift of the mean. The target's
    k-means begins at the source's centres: sides that are alike are then cut alike. Its clusters get the
    numbers that make the squared distances between matched centres least in sum (Kuhn 1955,
    doi:10.1002/nav.3800020109).
    """
    before = KMeans(count, n_init=5, random_state=seed).fit(source)
    after = KMeans(count, init=before.cluster_centers_, n_init=1).fit(target)
    ours, theirs = linear_sum_assignment(
        cdist(before.cluster_centers_, after.cluster_centers_, "sqeuclidean")
    )
    renamed = np.empty(count, dtype=np.intp)
    renamed[theirs] = ours
    return before.labels_.astype(np.intp), renamed[after.labels_], before.cluster_centers_
