"""Principal components of rows, by whichever Gram matrix is smaller."""

# N rows, D features, K components

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.sparse.linalg
from numpy.typing import NDArray

MAX_COMPONENTS = 50


@dataclass(frozen=True)
class PrincipalComponents:
    """Directions of greatest variance, greatest first.

    Parameters
    ----------
    mean : float64 (D,)
    directions : float64 (K, D)
        Unit vectors, each with its largest entry positive.
    explained_share : float64 (K,)
        Of the total variance; NaN where there is none.
    """

    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    explained_share: NDArray[np.float64]


def principal_components(matrix: NDArray[np.floating], *, count: int = MAX_COMPONENTS) -> PrincipalComponents:
    """Return the first principal components of finite rows (N, D), N >= 2.

    They are eigenvectors of the smaller of ``X^T X`` (D x D) and ``X X^T`` (N x N).
    """
    mean = matrix.mean(axis=0, dtype=np.float64)
    centred = matrix.astype(np.float64) - mean  # (N, D)
    rows, features = centred.shape
    tall = features <= rows
    variances, vectors = _largest_eigenpairs(
        centred.T @ centred if tall else centred @ centred.T, min(count, features, rows - 1)
    )
    directions = vectors.T if tall else vectors.T @ centred  # (K, D)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    directions = np.divide(directions, lengths, out=np.zeros_like(directions), where=lengths > 0)
    largest = np.take_along_axis(directions, np.abs(directions).argmax(axis=1)[:, None], axis=1)
    total = np.square(centred).sum()
    share = np.maximum(variances, 0) / total if total > 0 else np.full(len(variances), np.nan)
    return PrincipalComponents(mean, directions * np.where(largest < 0, -1, 1), share)


def _largest_eigenpairs(
    symmetric: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ``count`` largest eigenvalues (K,), falling, and their vectors (size, K)."""
    size = len(symmetric)
    if size < 500 or not symmetric.any():
        values, vectors = scipy.linalg.eigh(symmetric, subset_by_index=(size - count, size - 1))
    else:  # Lanczos: ten times as fast for few of many; a fixed start makes it repeatable
        start = np.random.default_rng(0).normal(size=size)
        values, vectors = scipy.sparse.linalg.eigsh(symmetric, k=count, v0=start)
    order = np.argsort(values)[::-1]
    return values[order], vectors[:, order]
