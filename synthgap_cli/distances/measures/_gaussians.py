"""Normal distributions fitted to subsets of the rows, and the distance between two of them."""

# N pooled rows, n rows of a subset, D components, r = min(n, D) rows of a root

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.distances.pool import PooledRows, in_blocks_of, read_rows
from synthgap_cli.statistics.moments import stream_moments

Array = NDArray[np.float64]

CPU = torch.device("cpu")


@dataclass(frozen=True)
class FittedNormal:
    """Mean (D,) and a root (r, D) of the covariance: ``root.T @ root``, with ``n - 1`` below."""

    mean: Array
    root: Array


def fit_normal(pool: PooledRows, rows: NDArray[np.intp] | None) -> FittedNormal:
    """Return the normal distribution of these rows (n,), ``n >= 2``.

    Fewer rows than components are their own root, but for their mean. Of more, the triangular factor is
    updated block by block, which neither holds all rows nor squares the condition number as a covariance
    matrix would.
    """
    num_rows = pool.shape[0] if rows is None else len(rows)
    num_components = pool.shape[1]
    mean = stream_moments(pool.blocks(rows)).mean
    if num_rows <= num_components:
        return FittedNormal(mean, (read_rows(pool, rows) - mean) / np.sqrt(num_rows - 1))
    root = np.empty((0, num_components))
    for block in in_blocks_of(2 * num_components + 64, pool, rows):
        stacked = torch.from_numpy(np.concatenate([root, block - mean]))
        root = torch.linalg.qr(stacked, mode="r").R.numpy()
    return FittedNormal(mean, root / np.sqrt(num_rows - 1))


def frechet_distance(first: FittedNormal, second: FittedNormal) -> float:
    """Return ``|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2))``.

    The last trace is the sum of the square roots of the eigenvalues of ``C1 C2``, which are the singular
    values of the product of the roots. No matrix square root is taken, so singular covariances do no harm.
    """
    product = torch.from_numpy(first.root) @ torch.from_numpy(second.root).T  # (r, r)
    shared = float(torch.linalg.svdvals(product).sum())
    spread = np.sum(first.root**2) + np.sum(second.root**2)
    return float(np.sum((first.mean - second.mean) ** 2) + spread - 2 * shared)
