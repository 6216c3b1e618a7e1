"""The linear path of `attention` and `compact`: a patch to a few numbers and back, at first by cosines."""

# N images, S image size, P side of a patch, Z latent maps, s = S / P

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from synthgap_cli.vaes.architectures._cosines import Cosines

GREY = 0.5
# Speaking louder costs the KL term, speaking softer drowns in the noise; the sum is smallest where the square
# of the gain is 1 / sqrt(beta * variance).
BETA = 1e-3


class LinearPath(nn.Module):
    """Each patch of an image becomes Z numbers, and 3x3 of those the patch again: two learned convolutions.

    They start as the cosine transform, of which the Z numbers that vary most are kept, each as loud as is
    best beside noise of variance one, and as what best undoes it. So the network starts where a cosine
    transform ends and learns only what that lacks. Autoencoders of high compression have such shortcuts
    without the transform: Chen et al. (2024), arXiv:2410.10733, section 3.2.

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
        self.up = nn.Conv2d(latent_channels, 3 * patch**2, 3, padding=1, padding_mode="replicate")
        cosines = Cosines.of_patch(patch, latent_channels)
        gain = (BETA * cosines.variance) ** -0.25
        _set(self.down, (gain[:, None] * cosines.basis() / scale)[:, :, None, None])
        _set(self.up, scale * cosines.decoder(gain))

    def encode(self, unit: Tensor) -> Tensor:
        """Return ``(N, Z, s, s)`` of images ``(N, 3, S, S)``."""
        return self.down(F.pixel_unshuffle(unit - GREY, self.patch))  # type: ignore[no-any-return]

    def decode(self, maps: Tensor) -> Tensor:
        """Return images ``(N, 3, S, S)`` of ``(N, Z, s, s)``."""
        return F.pixel_shuffle(self.up(maps), self.patch) + GREY


def _set(convolution: nn.Conv2d, kernel: NDArray[np.float64]) -> None:
    assert convolution.bias is not None
    nn.init.zeros_(convolution.bias)
    nn.init.zeros_(convolution.weight)
    with torch.no_grad():
        convolution.weight[: kernel.shape[0], : kernel.shape[1]] = torch.from_numpy(kernel).float()
