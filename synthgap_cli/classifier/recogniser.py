"""A small network that reads the labels of images."""

# N images, S image size, L labels, w how many times as wide

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

FEW_LABELS = 10  # which the widths below are made for
WIDTHS = (8, 24, 48)
_MANY = 2  # times as wide, of more labels
_PER_GROUP = 8  # channels that are normalised together
_CELLS = 4  # of the last map, along a side


class Recogniser(nn.Module):
    """A classifier of L labels with three convolutions, each of which halves the image.

    ``[8-Conv5x5]-[24-Conv3x3]-[48-Conv3x3]-[FC-L]``, strides of 2, group normalisation and ReLU after each
    convolution; twice as wide for more than ten labels. Group normalisation looks at one image at a time, so
    nothing of the images learned from is carried over to those of another domain but the weights, as running
    means of batches would be.

    Parameters
    ----------
    num_labels : int
        L.

    References
    ----------
    Wu and He (2018), arXiv:1803.08494, for the normalisation.
    """

    def __init__(self, num_labels: int) -> None:
        super().__init__()
        times = 1 if num_labels <= FEW_LABELS else _MANY
        widths = [times * width for width in WIDTHS]
        layers: list[nn.Module] = []
        for width_in, width, kernel in zip((3, *widths), widths, (5, 3, 3), strict=False):
            layers += [
                nn.Conv2d(width_in, width, kernel, stride=2, padding=kernel // 2, bias=False),
                nn.GroupNorm(width // _PER_GROUP, width),
                nn.ReLU(inplace=True),
            ]
        self.features = nn.Sequential(*layers)
        self.to_logits = nn.Linear(widths[-1] * _CELLS**2, num_labels)

    def forward(self, contrast: Tensor) -> Tensor:
        """Return the logits ``(N, L)`` of images ``(N, 3, S, S)`` as `local_contrast` gives them."""
        maps: Tensor = self.features(contrast)  # (N, 48 w, M, M)
        if maps.shape[-1] != _CELLS:  # else it is time for nothing
            maps = F.adaptive_avg_pool2d(maps, _CELLS)
        logits: Tensor = self.to_logits(maps.flatten(1))
        return logits
