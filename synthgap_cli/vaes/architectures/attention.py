"""An eighth of the image's size, as `resvae` has it, by deeper convolutions that attend to each other."""

from __future__ import annotations

from synthgap_cli.vaes.architectures._attentive import AttentiveVae, Options, recipes
from synthgap_cli.vaes.model import require_image_size

__all__ = ["Options", "build", "recipes"]

HALVINGS = 3


def build(image_size: int, options: Options) -> AttentiveVae:
    """Return the network with random weights, for any image size that 8 divides, from 16 on."""
    require_image_size(image_size, multiple_of=2**HALVINGS, at_least=16)
    return AttentiveVae("attention", image_size, options, halvings=HALVINGS)
