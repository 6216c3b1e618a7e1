"""A few numbers that say how strong and how coloured the detail of an image is, scale by scale."""

# N images, H height, W width, B bands, B + 1 with what is left below them, D statistics of an image

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.shifts.maps import Maps

Array = NDArray[np.float64]

CHANNELS = 3
BANDS = 4  # an octave each: waves of about 3, 7, 14 and 28 pixels are most in them
BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
NOISE = 1e-5  # a variance: of 0.8 grey levels, which rounding may have made
MEAN_WEIGHT = 6.0  # a tenth of the grey scale counts as much as a factor of 1.8 of a variance

_ROWS, _COLUMNS = np.triu_indices(CHANNELS)
_WEIGHTS = np.where(_ROWS == _COLUMNS, 1.0, np.sqrt(2.0))  # distances are then those of matrices
NUM_STATISTICS = (BANDS + 1) * len(_WEIGHTS) + CHANNELS


@dataclass(frozen=True)
class Pyramid:
    """Images as a sum: their mean colours, and parts of mean zero or nearly so, the finest first.

    Attributes
    ----------
    mean : (N, 3, 1, 1) float32
    parts : list of (N, 3, H, W) float32
        The bands, and what is left below them less the mean.
    """

    mean: Tensor
    parts: list[Tensor]

    def covariances(self) -> Array:
        """Return the covariances of the colours of each part (N, B + 1, 3, 3), rounding noise added."""
        flat = [part.flatten(2).double() for part in self.parts]  # (N, 3, H W)
        scatters = torch.stack([part @ part.mT / part.shape[-1] for part in flat], dim=1)
        return scatters.numpy() + NOISE * np.eye(CHANNELS)

    def recoloured(self, mean: Array, matrices: Array) -> Maps:
        """Return the sum with other means (N, 3), the parts multiplied by matrices (N, B + 1, 3, 3)."""
        total = torch.from_numpy(mean).float()[..., None, None]
        for index, part in enumerate(self.parts):
            total = total + torch.einsum("nij,njhw->nihw", torch.from_numpy(matrices[:, index]).float(), part)
        return total.numpy()


def build_pyramid(maps: Maps) -> Pyramid:
    """Return the pyramid of images (N, 3, H, W) of any height and width; it is not made smaller on the way.

    Beyond their edges images go on as they end.

    References
    ----------
    Burt and Adelson (1983), doi:10.1109/TCOM.1983.1095851, without the reduction (Burt 1981's "à trous").
    """
    rest = torch.from_numpy(np.ascontiguousarray(maps))
    parts = []
    for band in range(BANDS):
        blurred = _blur(rest, 2**band)
        parts.append(rest - blurred)
        rest = blurred
    mean = rest.mean(dim=(2, 3), keepdim=True)
    return Pyramid(mean, [*parts, rest - mean])


def statistics_of(pyramid: Pyramid) -> Array:
    """Return the statistics (N, D): logarithms of the covariances, then the mean colours times `MEAN_WEIGHT`.

    References
    ----------
    Arsigny, Fillard, Pennec and Ayache (2007), doi:10.1137/050637996: of logarithms of covariances a mean is
    that of a covariance again, and a straight line goes through covariances only.
    """
    logarithms = of_eigenvalues(pyramid.covariances(), np.log)[..., _ROWS, _COLUMNS] * _WEIGHTS
    means = pyramid.mean.flatten(1).double().numpy() * MEAN_WEIGHT
    return np.concatenate([logarithms.reshape(len(means), -1), means], axis=1)


def read_statistics(statistics: Array) -> tuple[Array, Array]:
    """Return the mean colours (N, 3) and covariances (N, B + 1, 3, 3) that statistics (N, D) say."""
    means = statistics[:, -CHANNELS:] / MEAN_WEIGHT
    entries = statistics[:, :-CHANNELS].reshape(len(means), BANDS + 1, -1) / _WEIGHTS
    logarithms = np.empty((*entries.shape[:2], CHANNELS, CHANNELS))
    logarithms[..., _ROWS, _COLUMNS] = logarithms[..., _COLUMNS, _ROWS] = entries
    return means, of_eigenvalues(logarithms, np.exp)


def of_eigenvalues(matrices: Array, function: Callable[[Array], Array]) -> Array:
    """Return symmetric matrices (..., 3, 3) whose eigenvalues are the function of those given."""
    values, columns = np.linalg.eigh(matrices)
    turned: Array = (columns * function(values)[..., None, :]) @ np.swapaxes(columns, -1, -2)
    return turned


def _blur(planes: Tensor, step: int) -> Tensor:
    """Return binomial means ``(N, C, H, W)`` of five positions that are ``step`` apart, along both axes."""
    channels, reach = planes.shape[1], 2 * step
    weights = torch.tensor(BINOMIAL).view(1, 1, 5, 1).repeat(channels, 1, 1, 1)
    padded = F.pad(planes, (reach,) * 4, mode="replicate")
    down = F.conv2d(padded, weights, groups=channels, dilation=step)
    return F.conv2d(down, weights.transpose(2, 3), groups=channels, dilation=step)
