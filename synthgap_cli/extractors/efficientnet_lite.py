"""EfficientNet-Lite0: inverted residuals without squeeze-and-excitation, ReLU6 throughout."""

# N images, C channels, H height, W width

from __future__ import annotations

import math
import re
from collections import OrderedDict

import torch.nn.functional as F
from torch import Tensor, nn

# expansion, kernel, stride of the first block, channels out, blocks: table 1 of the paper
STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
STEM, HEAD, CLASSES = 32, 1280, 1000
EPSILON = 1e-3  # of batch norm, as trained

_PUBLISHED_NAMES = (
    (re.compile(r"^_conv_(stem|head)\."), r"\1.convolution."),
    (re.compile(r"^_bn0\."), "stem.norm."),
    (re.compile(r"^_bn1\."), "head.norm."),
    (re.compile(r"^_fc\."), "classifier."),
    (re.compile(r"^_blocks\.(\d+)\._(expand|depthwise|project)_conv\."), r"blocks.\1.\2.convolution."),
    (re.compile(r"^_blocks\.(\d+)\._bn0\."), r"blocks.\1.expand.norm."),
    (re.compile(r"^_blocks\.(\d+)\._bn1\."), r"blocks.\1.depthwise.norm."),
    (re.compile(r"^_blocks\.(\d+)\._bn2\."), r"blocks.\1.project.norm."),
)


class EfficientNetLite0(nn.Module):
    """Maps normalised images ``(N, 3, H, W)`` to the logits of ImageNet's classes ``(N, 1000)``.

    References
    ----------
    Tan & Le (2019), arXiv:1905.11946; the Lite variants leave out squeeze-and-excitation, replace swish by
    ReLU6 and keep stem and head as they are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = _convolve(3, STEM, kernel=3, stride=2)
        self.blocks = nn.Sequential()
        channels = STEM
        for expansion, kernel, stride, out, repeats in STAGES:
            for index in range(repeats):
                self.blocks.append(
                    InvertedResidual(channels, out, expansion, kernel, stride if index == 0 else 1)
                )
                channels = out
        self.head = _convolve(channels, HEAD, kernel=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(HEAD, CLASSES)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):  # torch's own would let random features fade with depth
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, normalised: Tensor) -> Tensor:
        """Return ``(N, 1000)``."""
        maps = self.head(self.blocks(self.stem(normalised)))  # (N, 1280, H/32, W/32)
        logits: Tensor = self.classifier(self.pool(maps).flatten(1))
        return logits


class InvertedResidual(nn.Module):
    """Widens, filters each channel, narrows; adds its input where the shapes allow."""

    def __init__(self, channels: int, out: int, expansion: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = channels * expansion
        self.expand = _convolve(channels, wide, kernel=1) if expansion > 1 else nn.Identity()
        self.depthwise = _convolve(wide, wide, kernel=kernel, stride=stride, groups=wide)
        self.project = _convolve(wide, out, kernel=1, activation=False)
        self.is_residual = stride == 1 and channels == out

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``(N, out, H/stride, W/stride)``."""
        narrow: Tensor = self.project(self.depthwise(self.expand(maps)))
        return maps + narrow if self.is_residual else narrow


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow pads: an odd remainder goes to the bottom and the right."""

    def forward(self, input: Tensor) -> Tensor:
        """Return ``(N, C, ceil(H/stride), ceil(W/stride))``."""
        (top, bottom), (left, right) = (
            _padding(side, kernel, stride)
            for side, kernel, stride in zip(input.shape[-2:], self.kernel_size, self.stride, strict=True)
        )
        return super().forward(F.pad(input, (left, right, top, bottom)))


def rename_published(state: OrderedDict[str, Tensor]) -> OrderedDict[str, Tensor]:
    """Return the state dict with the names of the published file turned into this module's."""
    renamed = OrderedDict()
    for name, weight in state.items():
        for pattern, replacement in _PUBLISHED_NAMES:
            name = pattern.sub(replacement, name)
        renamed[name] = weight
    return renamed


def _convolve(
    channels: int, out: int, *, kernel: int, stride: int = 1, groups: int = 1, activation: bool = True
) -> nn.Sequential:
    layers: dict[str, nn.Module] = {
        "convolution": SameConv2d(channels, out, kernel, stride, groups=groups, bias=False),
        "norm": nn.BatchNorm2d(out, eps=EPSILON),
    }
    if activation:
        layers["activation"] = nn.ReLU6()
    return nn.Sequential(OrderedDict(layers))


def _padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2
