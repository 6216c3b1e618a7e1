"""Gaussian optimal transport: means and covariances become the target's by the shortest way."""

# N rows, Z latents, k directions

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.linear import apply_linear as apply
from synthgap_cli.shifts.linear import fit_linear, powers
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows

__all__ = ["apply", "fit"]

RUNG = 8


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the Monge map between the two normal distributions, covariances shrunk.

    ``source-mean`` and ``target-mean`` (Z,), ``matrix`` (k, k) in the coordinates of ``span`` (k, Z), and
    ``gain-elsewhere`` (1,) outside of it. No ``span`` means all of space, k = Z.

    References
    ----------
    Knott and Smith (1984), doi:10.1007/BF00934745; Peyré and Cuturi (2019), doi:10.1561/2200000073,
    remark 2.31. Shrinkage: `fit_normal`.
    """
    return fit_linear(
        source, target, monge_matrix, setting=setting, source_rows=source_rows, target_rows=target_rows
    )


def monge_matrix(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``A`` (k, k), symmetric, with ``A source A = target``; both are covariances."""
    root, inverse = powers(source, 0.5, -0.5)
    (middle,) = powers(root @ target @ root, 0.5)
    matrix = inverse @ middle @ inverse
    return (matrix + matrix.T) / 2


def rows_to_trust(num_latents: int) -> int:
    """Return 50: its covariances are shrunk, which few rows do not upset."""
    return 50
