"""The residual autoencoder: convolutions down by eight, residual blocks, and back (thesis, section 2c)."""

# N images, H height, W width, w width of the residual blocks (``blocks``)

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from torch import Tensor, nn

from synthgap_cli.vaes.architectures._upsampling import Pad, UpsampledConv
from synthgap_cli.vaes.model import Posterior, Reparametrisation, Vae, require_image_size, to_unit
from synthgap_cli.vaes.options import ArchitectureOptions
from synthgap_cli.vaes.training.recipes import THESIS, Recipe

Norm = Literal["group", "instance", "none"]

NUM_BLOCKS = 4
MOST_GROUPS = 8
WIDEST_IN_THESIS = 64
# Unit noise drowns what an untrained encoder says. Spoken this loudly, features are heard from the first
# step, and the KL term quietens them later: 0.7 dB more after 1,250 steps than at 5, at an equal mean square.
LATENT_SCALE = 30.0

DEFAULT = Recipe(epochs=40, batch_size=16, schedule="one-cycle", lr_low=2e-5, lr_high=2e-3, beta=1e-3)


@dataclass(frozen=True)
class Options(ArchitectureOptions):
    """What may differ between two residual autoencoders.

    Attributes
    ----------
    blocks : int
        Width of the residual blocks and so the number of latent maps; the thesis has 16, 32 and 64.
    norm : {"group", "instance", "none"}
        ``group`` and ``none`` leave the stem without norm, so that the latents see the gain and the offset of
        an image. ``instance``, with ``pad="reflect"``, norms everywhere as UNIT does and is blind to both
        (thesis, note 2).
    pad : {"zero", "reflect"}
        How convolutions see beyond the border.
    reparam : {"unit", "gaussian"}
        ``unit``: z ~ N(mu, I), no variance head, as in the thesis; ``gaussian``: variance learned.
    """

    blocks: int = 32
    norm: Norm = "group"
    pad: Pad = "zero"
    reparam: Reparametrisation = "unit"


class ResVae(Vae):
    """``blocks`` latent maps of an eighth of the image's height and width."""

    def __init__(self, image_size: int, options: Options) -> None:
        require_image_size(image_size, multiple_of=8, at_least=16)
        width, side = options.blocks, image_size // 8
        super().__init__(
            "resvae",
            image_size,
            options=options,
            latent_shape=(width, side, side),
            tag=f"resvae-{width}",
        )
        self.encoder = _encoder(options)
        self.log_variance = nn.Conv2d(width, width, 1) if options.reparam == "gaussian" else None
        self.decoder = _decoder(options)

    def encode(self, unit: Tensor) -> Posterior:
        """Return the posterior ``(N, w, H/8, W/8)`` of images ``(N, 3, H, W)``."""
        maps = self.encoder(unit)
        log_variance = self.log_variance(maps) if self.log_variance else None
        return Posterior.from_heads(LATENT_SCALE * maps, log_variance)

    def decode(self, latents: Tensor) -> Tensor:
        """Return images ``(N, 3, H, W)`` of latents ``(N, w, H/8, W/8)``."""
        return to_unit(self.decoder(latents / LATENT_SCALE))


def build(image_size: int, options: Options) -> ResVae:
    """Return the network with random weights."""
    return ResVae(image_size, options)


def recipes(options: Options) -> dict[str, Recipe]:
    """Return the thesis' recipe, whose colours vary more for the widest network, and ours."""
    widest = options.blocks >= WIDEST_IN_THESIS
    thesis = replace(
        THESIS,
        epochs=100,
        lr_low=1e-7,
        lr_high=1e-4,
        cycle_steps=2000,
        augment="strong-colour" if widest else "light",
    )
    return {"thesis": thesis, "default": DEFAULT}


def _encoder(options: Options) -> nn.Sequential:
    """``[32 Conv7x7]-[64 Conv4x4]-[128 Conv4x4]-4x[w ResBlock]``; the first three halve the image."""
    layers: list[nn.Module] = []
    for before, after, kernel_size in ((3, 32, 7), (32, 64, 4), (64, 128, 4)):
        convolution = _conv(before, after, kernel_size, options, stride=2)
        layers += [convolution, _stem_norm(after, options), nn.ReLU()]
    return nn.Sequential(*layers, _blocks(128, options))


def _decoder(options: Options) -> nn.Sequential:
    """``4x[w ResBlock]-[Upsample]-[128 Conv5x5]-[Upsample]-[64 Conv5x5]-[Upsample]-[3 Conv7x7]``."""
    width, pad = options.blocks, options.pad
    return nn.Sequential(
        _blocks(width, options),
        UpsampledConv(width, 128, kernel_size=5, pad=pad),
        _stem_norm(128, options),
        nn.ReLU(),
        UpsampledConv(128, 64, kernel_size=5, pad=pad),
        _stem_norm(64, options),
        nn.ReLU(),
        UpsampledConv(64, 3, kernel_size=7, pad=pad),
    )


def _blocks(in_width: int, options: Options) -> nn.Sequential:
    widths = [in_width] + [options.blocks] * NUM_BLOCKS
    return nn.Sequential(*(ResBlock(before, after, options) for before, after in pairwise(widths)))


class ResBlock(nn.Module):
    """Two 3x3 convolutions, each with norm, ReLU between, and a skip: 1x1 where the width changes.

    What is skipped is not normed, so the gain of an image comes through; and it is all there is at first,
    because the scale of the last norm starts at zero: Goyal et al. (2017), arXiv:1706.02677, section 5.1.
    On photographs at 64x64 that ended 0.8 dB above norms in front of the convolutions.
    """

    def __init__(self, in_width: int, width: int, options: Options) -> None:
        super().__init__()
        self.skip = nn.Identity() if in_width == width else nn.Conv2d(in_width, width, 1)
        last_norm = _norm(width, options)
        if isinstance(last_norm, nn.GroupNorm):
            nn.init.zeros_(last_norm.weight)
        self.residual = nn.Sequential(
            _conv(in_width, width, 3, options),
            _norm(width, options),
            nn.ReLU(),
            _conv(width, width, 3, options),
            last_norm,
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Return ``(N, w, H/8, W/8)``; the first block of the encoder gets 128 maps, all others w."""
        return self.skip(maps) + self.residual(maps)  # type: ignore[no-any-return]


def _conv(before: int, after: int, kernel_size: int, options: Options, *, stride: int = 1) -> nn.Conv2d:
    padding = (kernel_size - 1) // 2
    if options.pad == "reflect":
        return nn.Conv2d(before, after, kernel_size, stride, padding, padding_mode="reflect")
    return nn.Conv2d(before, after, kernel_size, stride, padding)


def _norm(width: int, options: Options) -> nn.Module:
    if options.norm == "group":
        return nn.GroupNorm(math.gcd(width, MOST_GROUPS), width)
    return nn.InstanceNorm2d(width) if options.norm == "instance" else nn.Identity()


def _stem_norm(width: int, options: Options) -> nn.Module:
    """Return a norm only where blindness to gain and offset is asked for (thesis, note 2)."""
    return nn.InstanceNorm2d(width) if options.norm == "instance" else nn.Identity()
