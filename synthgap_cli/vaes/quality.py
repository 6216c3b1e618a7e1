"""How near a reconstruction is to its image, pixel by pixel."""

# N images, C channels, H height, W width

from __future__ import annotations

from torch import Tensor


def psnr(image: Tensor, reconstruction: Tensor) -> Tensor:
    """Return the peak signal-to-noise ratio of each image, ``(N,)``, in dB; infinite where equal.

    Parameters
    ----------
    image, reconstruction : (N, C, H, W)
        In [0, 1], so the peak is 1.
    """
    error = (image - reconstruction).square().flatten(1).mean(dim=1)
    return -10 * error.log10()
