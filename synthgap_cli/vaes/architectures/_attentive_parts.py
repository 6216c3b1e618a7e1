"""Residual blocks of group norm and SiLU, and self-attention: parts of `attention` and `compact`."""

# N images, C channels, h and w of the maps, T = h w positions, M heads, d channels a head

from __future__ import annotations

import math

import torch.nn.functional as F
from torch import Tensor, nn

MOST_GROUPS = 8
CHANNELS_OF_A_HEAD = 64
# Adam moves every weight by the learning rate, so a branch that adds up a thousand of them soon drowns what
# it is added to. On photographs at 64x64 a rate of 2e-3 diverges without this damping.
BRANCH_SCALE = 0.1


class ResBlock(nn.Module):
    """Two 3x3 convolutions, each behind group norm and SiLU, are added to what comes in.

    The norms lie on the branch, so the gain of an image comes through (thesis, note 2). The last convolution
    starts at zero, so that a deep network starts as a shallow one: Zhang, Dauphin and Ma (2019),
    arXiv:1901.09321. Branches are scaled down as in Lim et al. (2017), arXiv:1707.02921, section 3.2.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            group_norm(channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            group_norm(channels),
            nn.SiLU(),
            starting_at_zero(nn.Conv2d(channels, channels, 3, padding=1)),
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``(N, C, h, w)`` of ``(N, C, h, w)``."""
        return maps + BRANCH_SCALE * self.residual(maps)  # type: ignore[no-any-return]


class SelfAttention(nn.Module):
    """Every position of the maps looks at all others, and what it finds is added to it.

    Vaswani et al. (2017), arXiv:1706.03762, section 3.2. Position itself enters by the borders of the
    convolutions before.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.num_heads = math.gcd(channels, max(1, channels // CHANNELS_OF_A_HEAD))  # as many as divide
        self.norm = group_norm(channels)
        self.query_key_value = nn.Conv2d(channels, 3 * channels, 1)
        self.found = starting_at_zero(nn.Conv2d(channels, channels, 1))

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``(N, C, h, w)`` of ``(N, C, h, w)``."""
        parts = self.query_key_value(self.norm(maps)).flatten(2)  # (N, 3C, T)
        parts = parts.unflatten(1, (3, self.num_heads, -1)).transpose(3, 4)  # (N, 3, M, T, d)
        query, key, value = parts.unbind(dim=1)
        found = F.scaled_dot_product_attention(query, key, value)  # (N, M, T, d)
        return maps + BRANCH_SCALE * self.found(found.transpose(2, 3).reshape(maps.shape))  # type: ignore[no-any-return]


def group_norm(channels: int) -> nn.GroupNorm:
    """Return a norm over eight groups of the channels, or as many as divide them."""
    return nn.GroupNorm(math.gcd(channels, MOST_GROUPS), channels)


def starting_at_zero(convolution: nn.Conv2d) -> nn.Conv2d:
    """Return the convolution, its weights and bias being zero."""
    nn.init.zeros_(convolution.weight)
    assert convolution.bias is not None
    nn.init.zeros_(convolution.bias)
    return convolution
