"""Maps of a layer to one vector an image: averages are content, second moments are style."""

# N images, C channels, P positions (of a map, or tokens), D features

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor, nn

from synthgap_cli.errors import UsageProblem

Pool = Literal["avg", "max", "flatten", "mean-std", "gram"]
POOLS: tuple[Pool, ...] = get_args(Pool)

MOST_FEATURES = 1 << 20
"""No more are made of an image: at 4 MiB an image the store of a thousand takes 4 GiB."""


class Pooled(nn.Module):
    """A network whose maps are pooled, in float32 whatever the network computes in."""

    def __init__(self, network: nn.Module, pool: Pool) -> None:
        super().__init__()
        self.network = network
        self.pool: Pool = pool

    def forward(self, normalised: Tensor) -> Tensor:
        """Return ``(N, D)`` for images ``(N, 3, S, S)``."""
        maps = self.network(normalised)
        with torch.autocast(maps.device.type, enabled=False):
            return pool_maps(maps.float(), self.pool)


def pool_maps(maps: Tensor, pool: Pool) -> Tensor:
    """Return one vector an image, ``(N, D)``.

    Parameters
    ----------
    maps : float32 (N, C, H, W), (N, H, W, C), (N, T, C) or (N, C)
        Of four dimensions the two that are equal are the image's (of three equal ones, the last two); of
        three the last has the channels. Tokens count alike, a class token among them.
    pool : {"avg", "max", "flatten", "mean-std", "gram"}
        ``avg`` and ``max`` over positions, D = C. ``flatten``: all values, as the layer has them.
        ``mean-std``: the means, then the standard deviations over positions (divided by P), D = 2C: what
        adaptive instance normalisation calls style. ``gram``: the mean over positions of the product of
        each two channels, the upper triangle row by row, D = C(C+1)/2. A vector is its own ``avg``, ``max``
        and ``flatten``.

    Raises
    ------
    UsageProblem
        The layer puts out vectors, of which there is no such pool.

    References
    ----------
    Gatys et al. (2016), doi:10.1109/CVPR.2016.265, for ``gram``; Huang & Belongie (2017), arXiv:1703.06868,
    for ``mean-std``.
    """
    if pool == "flatten" or maps.ndim == 2:
        num_features(tuple(maps.shape[1:]), pool)
        return maps.flatten(1)
    positions = positions_of(maps)  # (N, C, P)
    if pool == "avg":
        return positions.mean(-1)
    if pool == "max":
        return positions.amax(-1)
    if pool == "mean-std":
        deviation, mean = torch.std_mean(positions, dim=-1, correction=0)
        return torch.cat([mean, deviation], dim=1)
    gram = positions @ positions.mT / positions.shape[-1]  # (N, C, C)
    rows, columns = torch.triu_indices(*gram.shape[1:], device=gram.device)
    return gram[:, rows, columns]


def num_features(shape: tuple[int, ...], pool: Pool) -> int:
    """Return D for a layer whose output for one image has this shape.

    Raises
    ------
    UsageProblem
        The shape is that of a vector and the pool needs positions, or D is past all use.
    """
    if len(shape) == 1:
        if pool in ("mean-std", "gram"):
            raise UsageProblem(
                f"A vector of {shape[0]} numbers has no positions for --pool {pool}.",
                hint="Choose a layer that puts out maps: --list-layers NETWORK shows the shapes.",
            )
        return shape[0]
    channels = shape[_channel_axis(shape)]
    flat = 1
    for length in shape:
        flat *= length
    made = {"flatten": flat, "mean-std": 2 * channels, "gram": channels * (channels + 1) // 2}
    width = made.get(pool, channels)
    if width > MOST_FEATURES:
        raise UsageProblem(
            f"--pool {pool} makes {width:,} numbers ({width * 4 / 2**20:.0f} MiB) of each image.",
            hint="Choose --pool mean-std or avg, or a layer of fewer channels.",
        )
    return width


def _channel_axis(shape: tuple[int, ...]) -> int:
    """Return where the channels of one image's output are: images are square, so two equal sides are its."""
    if len(shape) == 3 and (shape[1] == shape[2] or shape[0] != shape[1]):
        return 0
    return len(shape) - 1


def positions_of(maps: Tensor) -> Tensor:
    """Return maps or tokens, laid out as `pool_maps` takes them, as ``(N, C, P)``."""
    return maps.movedim(1 + _channel_axis(tuple(maps.shape[1:])), 1).flatten(2)
