"""A local affine colour model: every small window has a 3x3 matrix and an offset of its own."""

# N images, h and w of the small ones, H and W of the large ones

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

CELLS = 16
"""Of a row or column of the small image: so many coefficients are told apart."""
REACH = 2
"""Cells on either side of one that belong to its window; see docs/translate.md for what others gave."""
RIDGE = 0.03**2
"""Variance, of intensities in [0, 1], below which a window tells nothing of how colours are to be turned."""


def fit(before: Tensor, after: Tensor, *, reach: int = REACH, ridge: float = RIDGE) -> Tensor:
    """Return a matrix and an offset for each cell, float32 ``(N, 12, c, c)``, rows of the matrix first.

    In each window the matrix A and the offset b minimise ``|A before + b - after|^2 + ridge |A - 1|^2``; in
    each cell those of all windows that cover it are averaged. The ridge draws to the identity, not to zero as
    in the paper, so a window without contrast keeps what the large image shows there. Windows are made of
    cells, of which there are 16 along a side, or as many as pixels, where these are fewer.

    References
    ----------
    He, Sun and Tang (2013), Guided image filtering, doi:10.1109/TPAMI.2012.213, section 3.5; He and Sun
    (2015), Fast guided filter, arXiv:1505.00996, for the cells; Chen, Adams, Wadhwa and Hasinoff (2016),
    Bilateral guided upsampling, doi:10.1145/2980179.2982423.
    """
    means = _windows(torch.cat([before, after], dim=1), reach)
    mean, target = means[:, :3], means[:, 3:]  # (N, 3, c, c)
    ridged = ridge * torch.eye(3, device=before.device).reshape(1, 3, 3, 1, 1)
    covariance = _covariance(before, before, mean, mean, reach) + ridged
    shared = _covariance(after, before, target, mean, reach) + ridged  # (N, 3, 3, c, c)
    matrix = torch.einsum("nijhw,njkhw->nikhw", shared, _inverse(covariance))
    offset = target - torch.einsum("nijhw,njhw->nihw", matrix, mean)
    return _box(torch.cat([matrix.flatten(1, 2), offset], dim=1), reach)


def apply(pixels: Tensor, coefficients: Tensor) -> Tensor:
    """Return each pixel's colour times its matrix, and its offset, float32 ``(3, H, W)``, not clipped."""
    red, green, blue = pixels
    changed = torch.addcmul(coefficients[9:], coefficients[0:9:3], red)
    return changed.addcmul_(coefficients[1:9:3], green).addcmul_(coefficients[2:9:3], blue)


def _covariance(one: Tensor, other: Tensor, mean: Tensor, other_mean: Tensor, reach: int) -> Tensor:
    """Return the covariances ``(N, 3, 3, c, c)`` of two images' colours in the window about each cell."""
    products = one[:, :, None] * other[:, None]
    means = mean[:, :, None] * other_mean[:, None]
    return _windows(products.flatten(1, 2), reach).view_as(means) - means


def _windows(maps: Tensor, reach: int) -> Tensor:
    """Return the means of maps ``(N, C, h, w)`` over the window about each cell, ``(N, C, c, c)``."""
    return _box(F.adaptive_avg_pool2d(maps, min(CELLS, maps.shape[-1])), reach)


def _box(cells: Tensor, reach: int) -> Tensor:
    """Return the means over ``2 reach + 1`` cells along both axes, cut off at the border."""
    side = 2 * reach + 1
    return F.avg_pool2d(cells, side, stride=1, padding=reach, count_include_pad=False)


def _inverse(matrices: Tensor) -> Tensor:
    """Return the inverses of symmetric positive definite matrices ``(N, 3, 3, h, w)``, by their adjugates.

    A solver for many small matrices takes fifty times as long. In float64, for greys are nearly singular.
    """
    a, b, c = matrices[:, 0].double().unbind(1)
    d, e, f = (matrices[:, row, column].double() for row, column in ((1, 1), (1, 2), (2, 2)))
    adjugate = torch.stack(
        [
            *(d * f - e * e, c * e - b * f, b * e - c * d),
            *(c * e - b * f, a * f - c * c, b * c - a * e),
            *(b * e - c * d, b * c - a * e, a * d - b * b),
        ],
        dim=1,
    )
    determinant = a * adjugate[:, 0] + b * adjugate[:, 1] + c * adjugate[:, 2]
    return (adjugate / determinant[:, None]).view_as(matrices).float()
