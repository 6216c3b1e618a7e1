"""How many independent components would vary as much together: what a share of them is a share of."""

# m rows, D components

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def effective_components(rows: NDArray[np.float64], groups: NDArray[np.generic]) -> float:
    """Return the participation ratio of the correlation matrix, between 1 and D.

    ``tr(C)**2 / tr(C**2)``: D where components are independent, 1 where all say the same.

    Parameters
    ----------
    rows : (m, D) float64
        Some rows of both sides, each side less its mean and both divided by the pooled standard deviation.
    groups : (m,) labels
        Rows with one label are not independent of each other.

    Returns
    -------
    float
        NaN where there are fewer than two groups, or no component.

    Notes
    -----
    Products of independent rows have mean zero and variance ``tr(C**2)``, so that the m x m matrix of them
    is enough, and pairs of one row or group, which would raise it by ``tr(C)**2 / m``, are left out. Taking
    the variance, not the mean square, allows for means that were estimated from these rows.

    References
    ----------
    Gao et al. (2017), doi:10.1101/214262, for the ratio; Chen and Qin (2010),
    doi:10.1214/09-AOS716, for the trace.
    """
    independent = groups[:, None] != groups[None, :]  # (m, m)
    if not independent.any() or not rows.shape[1]:
        return float("nan")
    products = (rows @ rows.T)[independent]
    components = rows.shape[1]
    variance = float(np.var(products))
    return float(np.clip(components**2 / variance, 1, components)) if variance > 0 else float("nan")
