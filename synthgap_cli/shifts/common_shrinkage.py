"""Two covariances, each shrunk towards what both have in common."""

# D components, r directions in which something varies, n images

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_SHARE = 1e-3  # no direction is stretched by more than the root of 2 over it
_LEAST_VARIANCE = 1e-7  # of the largest, below which directions are left alone: rounding decides there


@dataclass(frozen=True)
class CommonBasis:
    """Orthonormal directions (D, r) in which both sides vary, and the mean of both variances (r,)."""

    directions: Array
    variances: Array

    @property
    def whitening(self) -> Array:
        """What makes the mean of both covariances the identity, (D, r)."""
        return self.directions / np.sqrt(self.variances)


def common_basis(source: Array, target: Array) -> CommonBasis:
    """Return the principal directions of the mean of two covariances (D, D)."""
    variances, columns = np.linalg.eigh((source + target) / 2)
    kept = variances > _LEAST_VARIANCE * variances[-1]
    return CommonBasis(columns[:, kept], variances[kept])


def shrunk_in(basis: CommonBasis, covariance: Array, *, fourth: float, n: int) -> Array:
    """Return a side's covariance (D, D) in the basis, as (r, r), shrunk towards the mean of both sides.

    Parameters
    ----------
    basis : CommonBasis
    covariance : (D, D)
        The mean of the scatters of n images, which are means of squares themselves.
    fourth : float
        The mean over images of the sum of their scatters' squared entries, in whitened coordinates.
    n : int

    Notes
    -----
    The share is Ledoit and Wolf's (2004, doi:10.1016/S0047-259X(03)00096-4) in the coordinates in which the
    mean of both covariances is the identity, which is what they shrink towards. In the latents' own
    coordinates a share of the mean variance would drown the directions that vary little, fine grain among
    them. Images are taken as independent of each other, not the positions of one image.
    """
    whitened = basis.whitening.T @ covariance @ basis.whitening  # (r, r)
    identity = np.eye(len(whitened))
    noise = max(0.0, fourth - float(np.sum(whitened**2))) / n
    dispersion = float(np.sum((whitened - identity) ** 2))
    share = 1.0 if noise >= dispersion else max(LEAST_SHARE, noise / dispersion)
    roots = np.sqrt(basis.variances)
    return roots[:, None] * ((1 - share) * whitened + share * identity) * roots
