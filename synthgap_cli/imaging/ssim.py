"""How much of an image's structure another one has."""

# N images, C channels, H height, W width

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from synthgap_cli.errors import UsageProblem

SSIM_WINDOW = 11
SSIM_SIGMA = 1.5


def ssim(image: Tensor, reconstruction: Tensor) -> Tensor:
    """Return the mean structural similarity of each image, ``(N,)``, at most 1.

    Gaussian window of 11 pixels with sigma 1.5, only where it lies inside the image, channel by channel.

    Parameters
    ----------
    image, reconstruction : (N, C, H, W)
        In [0, 1]; H and W at least 11. Both have a gradient.

    Raises
    ------
    UsageProblem
        The images are smaller than the window.

    References
    ----------
    Wang, Bovik, Sheikh and Simoncelli (2004), doi:10.1109/TIP.2003.819861, equation 13.
    """
    if min(image.shape[-2:]) < SSIM_WINDOW:
        raise UsageProblem(
            f"SSIM looks at windows of {SSIM_WINDOW} pixels; the images have {min(image.shape[-2:])}.",
            hint="Use larger images, or give the SSIM term no weight.",
        )
    c1, c2 = 0.01**2, 0.03**2
    mean_x, mean_y = _blur(image), _blur(reconstruction)
    variance_x = _blur(image * image) - mean_x * mean_x
    variance_y = _blur(reconstruction * reconstruction) - mean_y * mean_y
    covariance = _blur(image * reconstruction) - mean_x * mean_y
    similarity = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    )
    return similarity.flatten(1).mean(dim=1)


def _blur(planes: Tensor) -> Tensor:
    """Return gaussian-weighted local means ``(N, C, H - 10, W - 10)``, along one axis after the other."""
    offsets = torch.arange(SSIM_WINDOW, device=planes.device, dtype=planes.dtype) - SSIM_WINDOW // 2
    window = torch.exp(-(offsets**2) / (2 * SSIM_SIGMA**2))
    window = window / window.sum()
    channels = planes.shape[1]
    vertical = window.view(1, 1, -1, 1).expand(channels, 1, -1, 1)
    planes = F.conv2d(planes, vertical, groups=channels)
    return F.conv2d(planes, vertical.transpose(2, 3), groups=channels)
