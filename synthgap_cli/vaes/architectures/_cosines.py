"""A few cosines of each patch of an image, and how best to tell the image from them in noise."""

# P side of a patch, Z cosines kept; c colour axes, u v frequencies, y x pixels, p q r s places of patches

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag

# Intensity, red against blue, green against both: axes along which colours of photographs vary independently.
COLOUR_AXES = np.array([(1.0, 1.0, 1.0), (1.0, 0.0, -1.0), (1.0, -2.0, 1.0)])
# Measured on photographs and frames of games at 64x64: the variance of pixels along each of the axes, and the
# correlation of neighbours, which falls by this factor with every pixel, along rows and along columns.
VARIANCES = 0.15 * np.array([1.0, 0.12, 0.035])
CORRELATION = 0.9


@dataclass(frozen=True)
class Cosines:
    """The Z orthonormal cosines of a patch that vary most in images of this colour and correlation.

    Attributes
    ----------
    patch : int
        P.
    colour, vertical, horizontal : (Z,) int
        Axis of colour and frequencies of each.
    variance : (Z,) float64
        Expected of each, descending.
    """

    patch: int
    colour: NDArray[np.intp]
    vertical: NDArray[np.intp]
    horizontal: NDArray[np.intp]
    variance: NDArray[np.float64]

    @classmethod
    def of_patch(cls, patch: int, count: int) -> Cosines:
        """Return the ``count`` cosines of most variance, or all ``3 P^2`` where those are fewer."""
        waves = _waves(patch)
        spread = np.einsum("uy,yx,ux->u", waves, _correlations(patch), waves)
        variance = np.einsum("c,u,v->cuv", VARIANCES, spread, spread)
        kept = np.argsort(-variance.ravel(), kind="stable")[:count]
        colour, vertical, horizontal = np.unravel_index(kept, variance.shape)
        return cls(patch, colour, vertical, horizontal, variance.ravel()[kept])

    def basis(self) -> NDArray[np.float64]:
        """Return the cosines ``(Z, 3 P^2)``, columns as torch's ``pixel_unshuffle`` orders a patch."""
        waves = _waves(self.patch)
        rows = _colours()[self.colour], waves[self.vertical], waves[self.horizontal]
        cosines: NDArray[np.float64] = np.einsum("kr,ky,kx->kryx", *rows).reshape(len(self.colour), -1)
        return cosines

    def decoder(self, gain: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the kernel ``(3 P^2, Z, 3, 3)`` that restores a patch from the cosines of the 3x3 around it.

        The linear estimate of least squared error where each cosine was multiplied by its ``gain`` (Z,) and
        has noise of variance one: Wiener's filter. A patch told from its own cosines alone does not meet
        its neighbours, and one sees its borders.
        """
        size, waves = self.patch, _waves(self.patch)
        correlations = _correlations(3 * size)
        rows = block_diag(waves, waves, waves)  # (3 P, 3 P): cosines of three patches in a row
        between = (rows @ correlations @ rows.T).reshape(3, size, 3, size)  # (p, u, q, v)
        seen = (correlations[size : 2 * size] @ rows.T).reshape(size, 3, size)  # (y, p, u)
        kernel = np.zeros((3, size, size, len(self.colour), 3, 3))
        for axis, (direction, variance) in enumerate(zip(_colours(), VARIANCES, strict=True)):
            own = np.flatnonzero(self.colour == axis)
            u, v, loud = self.vertical[own], self.horizontal[own], gain[own]
            down, along = between[:, u][:, :, :, u], between[:, v][:, :, :, v]
            power = variance * np.einsum("pkql,rksl,k,l->prkqsl", down, along, loud, loud)
            meant = variance * np.einsum("ypk,xrk,k->prkyx", seen[:, :, u], seen[:, :, v], loud)
            unknowns = 9 * len(own)
            told = power.reshape(unknowns, unknowns) + np.eye(unknowns)
            weights = np.linalg.solve(told, meant.reshape(unknowns, size**2))
            weights = weights.reshape(3, 3, len(own), size, size)
            kernel[:, :, :, own] = np.einsum("c,prkyx->cyxkpr", direction, weights)
        return kernel.reshape(3 * size**2, len(self.colour), 3, 3)


def _waves(size: int) -> NDArray[np.float64]:
    """Return the orthonormal cosines of a row, ``(P, P)``, the mean first."""
    frequency = np.arange(size)
    waves = np.cos(frequency[:, None] * (frequency + 0.5) * np.pi / size)
    normalised: NDArray[np.float64] = waves / np.linalg.norm(waves, axis=1, keepdims=True)
    return normalised


def _colours() -> NDArray[np.float64]:
    directions: NDArray[np.float64] = COLOUR_AXES / np.linalg.norm(COLOUR_AXES, axis=1, keepdims=True)
    return directions


def _correlations(size: int) -> NDArray[np.float64]:
    """Return the correlation of the pixels of a row with each other."""
    place = np.arange(size)
    correlations: NDArray[np.float64] = CORRELATION ** np.abs(place[:, None] - place)
    return correlations
