"""The network of `attention` and `compact`: convolutions, and self-attention where the maps are smallest."""

# N images, S image size, s size of the latent maps, Z latent maps (``latent_channels``)

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from torch import Tensor, nn

from synthgap_cli.vaes.architectures._attentive_parts import ResBlock, SelfAttention, starting_at_zero
from synthgap_cli.vaes.architectures._linear_path import BETA, LinearPath
from synthgap_cli.vaes.architectures._upsampling import UpsampledConv
from synthgap_cli.vaes.model import Posterior, Reparametrisation, Vae, clamped
from synthgap_cli.vaes.options import ArchitectureOptions
from synthgap_cli.vaes.training.recipes import THESIS, Recipe

TIMES_WIDER_AT_MOST = 4
# Unit noise drowns what an untrained encoder says; spoken this loudly it is heard from the first steps. On
# photographs at 64x64 that gave 0.7 dB more after 300 steps than a scale of 3.
LATENT_SCALE = 10.0

DEFAULT = Recipe(epochs=40, batch_size=16, schedule="one-cycle", lr_low=5e-6, lr_high=5e-4, beta=BETA)


@dataclass(frozen=True)
class Options(ArchitectureOptions):
    """What may differ between two networks of the same name.

    Attributes
    ----------
    width : int
        Maps at half the image's size; twice as many a level deeper, up to four times as many.
    blocks_per_level : int
        Residual blocks at each size but the first, in the encoder and again in the decoder; the bottleneck
        has two more.
    latent_channels : int
        Number of latent maps.
    reparam : {"unit", "gaussian"}
        ``unit``: z ~ N(mu, I), no variance head; ``gaussian``: variance learned.
    """

    width: int = 32
    blocks_per_level: int = 1
    latent_channels: int = 32
    reparam: Reparametrisation = "unit"


class AttentiveVae(Vae):
    """``latent_channels`` latent maps, of the image's size halved ``halvings`` times.

    Strided convolutions go down, nearest-neighbour doubling and convolutions up; residual blocks from a
    quarter of the image's size on, and self-attention between two of them at the smallest, as in the first
    stages of latent diffusion: Rombach et al. (2022), arXiv:2112.10752, appendix G. Unlike those it has no
    blocks at full and at half size, where they cost most (a quarter more time, the same PSNR), and no norm
    but on branches, so that the latents see gain and offset (thesis, note 2).

    All this is added to a linear path and starts at zero. On photographs and frames of games at 64x64 that
    gave 30.3 dB after 300 steps for 23.7 without the path.

    Parameters
    ----------
    name : str
        Of the architecture.
    halvings : int
        Levels; ``image_size`` must be a multiple of ``2**halvings``.
    """

    def __init__(self, name: str, image_size: int, options: Options, *, halvings: int) -> None:
        latent_channels, side = options.latent_channels, image_size >> halvings
        super().__init__(
            name,
            image_size,
            options=options,
            latent_shape=(latent_channels, side, side),
            tag=f"{name}-{latent_channels}",
        )
        widths = [options.width * min(2**level, TIMES_WIDER_AT_MOST) for level in range(halvings)]
        widest, gaussian = widths[-1], options.reparam == "gaussian"
        self.encoder = nn.Sequential(*_down(widths, options.blocks_per_level), *_bottleneck(widest))
        self.mean = starting_at_zero(nn.Conv2d(widest, latent_channels, 1))
        self.linear = LinearPath(2**halvings, latent_channels, scale=LATENT_SCALE)
        self.log_variance = nn.Conv2d(widest, latent_channels, 1) if gaussian else None
        self.decoder = nn.Sequential(
            nn.Conv2d(latent_channels, widest, 1),
            *_bottleneck(widest),
            *_up(widths[::-1], options.blocks_per_level),
        )

    def encode(self, unit: Tensor) -> Posterior:
        """Return the posterior ``(N, Z, s, s)`` of images ``(N, 3, S, S)``."""
        maps = self.encoder(unit)
        mean = LATENT_SCALE * (self.mean(maps) + self.linear.encode(unit))
        return Posterior.from_heads(mean, self.log_variance(maps) if self.log_variance else None)

    def decode(self, latents: Tensor) -> Tensor:
        """Return images ``(N, 3, S, S)`` of latents ``(N, Z, s, s)``."""
        maps = latents / LATENT_SCALE
        return clamped(self.decoder(maps) + self.linear.decode(maps))


def recipes(options: Options) -> dict[str, Recipe]:
    """Return the thesis' recipe for its residual network, the nearest to these, and ours."""
    thesis = replace(THESIS, epochs=100, lr_low=1e-7, lr_high=1e-4, cycle_steps=2000)
    return {"thesis": thesis, "default": DEFAULT}


def _down(widths: list[int], blocks: int) -> list[nn.Module]:
    """Return halvings with blocks behind each; kernels of 4 see every pixel equally often at stride 2."""
    layers: list[nn.Module] = []
    for level, (before, after) in enumerate(pairwise([3, *widths])):
        layers.append(nn.Conv2d(before, after, 4, stride=2, padding=1))
        layers += _blocks(after, blocks if level else 0)
    return layers


def _up(widths: list[int], blocks: int) -> list[nn.Module]:
    """Return doublings with blocks before each; the last, with a larger kernel, makes the image."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [*_blocks(before, blocks), UpsampledConv(before, after, kernel_size=5, pad="zero")]
    last = UpsampledConv(widths[-1], 3, kernel_size=7, pad="zero")
    starting_at_zero(last.conv)
    return [*layers, last]


def _bottleneck(width: int) -> list[nn.Module]:
    return [ResBlock(width), SelfAttention(width), ResBlock(width)]


def _blocks(width: int, number: int) -> list[nn.Module]:
    return [ResBlock(width) for _ in range(number)]
