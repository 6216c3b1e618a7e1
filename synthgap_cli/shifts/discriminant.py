"""Which kind a row is of, by a linear score for each kind."""

# N rows, Z latents, n rows to learn from, k coordinates, K kinds

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from synthgap_cli.shifts.shift import Parameters
from synthgap_cli.shifts.subspace import Subspace

Array = NDArray[np.float64]


def by_nearest_centre(centres: Array, subspace: Subspace) -> Parameters:
    """Return the scores by which rows are of the kind whose centre (K, k) is nearest."""
    return _lifted(centres, -0.5 * np.sum(centres**2, axis=1), subspace)


def by_likelihood(rows: Array, kinds: NDArray[np.intp], num_kinds: int, subspace: Subspace) -> Parameters:
    """Return the scores by which rows are of the kind that is likeliest.

    Kinds are taken as normal, of one covariance, which is shrunk (Fisher's linear discriminant). Kinds that
    none of the rows (n, k) is of are never found.
    """
    present = np.unique(kinds)
    centres = np.zeros((num_kinds, rows.shape[1]))
    for kind in present:
        centres[kind] = rows[kinds == kind].mean(axis=0)
    covariance = ledoit_wolf(rows - centres[kinds], assume_centered=True)[0]
    weights = np.linalg.lstsq(covariance, centres.T, rcond=None)[0].T  # (K, k)
    intercepts = np.full(num_kinds, -np.inf)
    shares = np.bincount(kinds, minlength=num_kinds)[present] / len(kinds)
    intercepts[present] = np.log(shares) - 0.5 * np.sum(weights * centres, axis=1)[present]
    return _lifted(weights, intercepts, subspace)


def find_kinds(latents: NDArray[np.float32], parameters: Parameters) -> NDArray[np.intp]:
    """Return the kind (N,) of each of the latents (N, Z): the one of the highest score."""
    scores = latents @ parameters["discriminants"].T + parameters["intercepts"]
    return np.asarray(scores.argmax(axis=1))


def _lifted(weights: Array, intercepts: Array, subspace: Subspace) -> Parameters:
    """Return scores of latents, from those of coordinates."""
    discriminants = weights @ subspace.directions  # (K, Z)
    return {
        "discriminants": discriminants,
        "intercepts": intercepts - discriminants @ subspace.source_mean,  # (K,)
    }
