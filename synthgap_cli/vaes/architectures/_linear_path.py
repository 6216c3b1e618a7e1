"""The linear path of `attention` and `compact`: a patch to a few numbers and back, at first by cosines."""

# N images, S image size, P side of a patch, Z latent maps, s = S / P; C colour axes, u v frequencies

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GREY = 0.5
# Intensity, red against blue, green against both: axes along which colours of photographs vary independently.
COLOUR_AXES = ((1.0, 1.0, 1.0), (1.0, 0.0, -1.0), (1.0, -2.0, 1.0))
# Variances of an intensity's share in cosines, measured on patches of 8 and of 16 pixels of photographs and
# frames of games at 64x64: along each axis of colour, in the mean of a patch, and at frequency 1, from where
# they fall with its square (Field, 1987, doi:10.1364/JOSAA.4.002379).
COLOUR_VARIANCES = (1.0, 0.12, 0.035)
MEAN_VARIANCE, FIRST_VARIANCE = 0.12, 0.004
# Speaking louder costs the KL term, speaking softer drowns in the noise; the sum is smallest where the square
# of the gain is 1 / sqrt(beta * variance).
BETA = 1e-3


class LinearPath(nn.Module):
    """Each patch of an image becomes Z numbers, and those a patch again: two learned matrices.

    They start as the cosine transform, of which the Z numbers that vary most are kept, each as loud as is
    best beside noise of variance one. So the network starts where a cosine transform ends and learns only
    what that lacks. Autoencoders of high compression have such shortcuts without the transform: Chen et al.
    (2024), arXiv:2410.10733, section 3.2.

    Parameters
    ----------
    patch : int
        P; every image size is a multiple of it.
    latent_channels : int
        Z; those beyond 3 P^2 start at zero.
    scale : float
        What the latents are in multiples of, as the rest of the network makes and takes them.
    """

    def __init__(self, patch: int, latent_channels: int, *, scale: float) -> None:
        super().__init__()
        self.patch = patch
        self.down = nn.Conv2d(3 * patch**2, latent_channels, 1)
        self.up = nn.Conv2d(latent_channels, 3 * patch**2, 1)
        basis, variance = cosines(patch, latent_channels)
        gain = (BETA * variance) ** -0.25
        power = gain.square() * variance
        heard = power / (1 + power)  # Wiener's filter: what is left after noise of variance one
        _set(self.down, gain[:, None] * basis / scale)
        _set(self.up, (heard / gain * scale)[:, None].mul(basis).T)

    def encode(self, unit: Tensor) -> Tensor:
        """Return ``(N, Z, s, s)`` of images ``(N, 3, S, S)``."""
        return self.down(F.pixel_unshuffle(unit - GREY, self.patch))  # type: ignore[no-any-return]

    def decode(self, maps: Tensor) -> Tensor:
        """Return images ``(N, 3, S, S)`` of ``(N, Z, s, s)``."""
        return F.pixel_shuffle(self.up(maps), self.patch) + GREY


def cosines(patch: int, count: int) -> tuple[Tensor, Tensor]:
    """Return the ``count`` cosines that vary most in patches, and the variance expected of each.

    Rows of the cosine transform, orthonormal ``(count, 3 P^2)``; columns are ordered as
    `torch.nn.functional.pixel_unshuffle` orders a patch.
    """
    frequency = torch.arange(patch)
    square = frequency[:, None].square() + frequency.square()  # (u, v)
    falling = torch.where(square == 0, MEAN_VARIANCE, FIRST_VARIANCE / square.clamp(min=1))
    variance = (torch.tensor(COLOUR_VARIANCES)[:, None, None] * falling * patch**2).flatten()  # (C u v)
    kept = variance.argsort(descending=True, stable=True)[:count]
    waves = torch.cos(frequency[:, None] * (frequency + 0.5) * torch.pi / patch)
    waves = F.normalize(waves, dim=1)  # (u, P)
    colours = F.normalize(torch.tensor(COLOUR_AXES), dim=1)[kept // patch**2]
    vertical, horizontal = waves[kept // patch % patch], waves[kept % patch]
    return torch.einsum("kr,ky,kx->kryx", colours, vertical, horizontal).flatten(1), variance[kept]


def _set(convolution: nn.Conv2d, matrix: Tensor) -> None:
    assert convolution.bias is not None
    nn.init.zeros_(convolution.bias)
    nn.init.zeros_(convolution.weight)
    with torch.no_grad():
        convolution.weight[: matrix.shape[0], : matrix.shape[1], 0, 0] = matrix
