"""What an image shows of light and dark beside each other, whatever light it was taken in."""

# N images, H height, W width

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

WINDOW = 5  # pixels along a side
FAINT = 0.02  # standard deviation, of intensities in [0, 1]: about five of 256 levels


def local_contrast(unit: Tensor) -> Tensor:
    """Return the colours of each pixel less their means about it, over their standard deviation there.

    Means are of one colour, the standard deviation is of all three together, so grey stays grey. Where next
    to nothing varies the result is small, or noise would count as much as what is shown.

    Parameters
    ----------
    unit : (N, 3, H, W)
        Images in [0, 1]; the border is repeated.

    References
    ----------
    Jarrett et al. (2009), doi:10.1109/ICCV.2009.5459469, section 3.1, with an even window instead of a
    Gaussian one, and deviations added to a constant instead of bounded by their mean.
    """
    apart = unit - _window_mean(unit)
    spread = _window_mean(apart.square()).mean(dim=1, keepdim=True).sqrt()  # (N, 1, H, W)
    return apart / (spread + FAINT)


def _window_mean(values: Tensor) -> Tensor:
    margin = WINDOW // 2
    return F.avg_pool2d(F.pad(values, (margin,) * 4, mode="replicate"), WINDOW, stride=1)
