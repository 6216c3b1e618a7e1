"""At most 1,024 latents, whatever the image's size: few enough to fit shifts of full covariance to.

Images are halved until the maps are 8x8 or a little smaller, and attention lets each of their pixels see the
whole image. The price is detail. As a yardstick: a cosine transform that keeps as many numbers, those of the
lowest frequencies, restores photographs and frames of games at 64x64 to 27.5 dB; with 512 numbers to 25.4 dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.architectures import _attentive
from synthgap_cli.vaes.architectures._attentive import AttentiveVae
from synthgap_cli.vaes.model import require_image_size
from synthgap_cli.vaes.training.recipes import Recipe

MOST_LATENTS = 1024
LARGEST_SIDE = 8
FEWEST_HALVINGS = 3
MOST_CHANNELS = MOST_LATENTS // LARGEST_SIDE**2
# So few latents leave an error of about 27 dB, 2e-3 in mean square. With beta equal to it, the objective is
# the evidence lower bound of a decoder that knows its own error: Rybkin, Daniilidis and Levine (2021),
# arXiv:2006.13202.
BETA = 2e-3


@dataclass(frozen=True)
class Options(_attentive.Options):
    """As those of `attention`, with 16 latent maps at most.

    Attributes
    ----------
    width, blocks_per_level, reparam
        See `synthgap_cli.vaes.architectures._attentive.Options`.
    latent_channels : int
        Number of latent maps, each of 64 numbers at 64, 128 and 256 pixels and of fewer in between.
    """

    latent_channels: int = MOST_CHANNELS

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.latent_channels > MOST_CHANNELS:
            raise UsageProblem(
                f"{self.latent_channels} latent maps are more than {MOST_LATENTS} numbers.",
                hint=f"Choose {MOST_CHANNELS} or fewer, or the architecture attention.",
            )


def build(image_size: int, options: Options) -> AttentiveVae:
    """Return the network with random weights.

    Image sizes are multiples of 8 from 16 to 64, of 16 up to 128, of 32 up to 256, and so on.
    """
    halvings = max(FEWEST_HALVINGS, math.ceil(math.log2(image_size / LARGEST_SIDE)))
    require_image_size(image_size, multiple_of=2**halvings, at_least=16)
    return AttentiveVae("compact", image_size, options, halvings=halvings)


def recipes(options: Options) -> dict[str, Recipe]:
    """Return the thesis' recipe for its residual network, the nearest to this, and ours."""
    known = _attentive.recipes(options)
    return {**known, "default": replace(known["default"], beta=BETA)}
