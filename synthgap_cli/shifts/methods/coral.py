"""CORAL: latents are whitened by their own covariance and coloured by the target's."""

# N rows, Z latents, k directions

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.linear import apply_linear as apply
from synthgap_cli.shifts.linear import fit_linear, powers
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows

__all__ = ["apply", "fit"]

RUNG = 11


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the map that whitens and colours; parameters as those of ``ot``.

    It reaches the same mean and covariance as ``ot``, but by a longer way where the two covariances have
    different directions.

    Notes
    -----
    The paper adds the identity to both covariances, which assumes features of variance one; here they are
    shrunk (`fit_normal`), which has no scale. The paper centres nothing; what is to be decoded has to
    end up at the target's mean.

    References
    ----------
    Sun, Feng and Saenko (2016), doi:10.1609/aaai.v30i1.10306, algorithm 1.
    """
    return fit_linear(
        source, target, coral_matrix, setting=setting, source_rows=source_rows, target_rows=target_rows
    )


def coral_matrix(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``A`` (k, k) that rows are multiplied by, with ``A.T source A = target``."""
    return powers(source, -0.5)[0] @ powers(target, 0.5)[0]


def rows_to_trust(num_latents: int) -> int:
    """Return the number of latents: whitening divides by variances, which fewer rows get wrong."""
    return num_latents
