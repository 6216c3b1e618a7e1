"""The classic autoencoder: every layer fully connected, on flattened pixels (thesis, section 2a)."""

# N images, S image size, Z latents

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from synthgap_cli.vaes.architectures._core import Core, CoreOptions
from synthgap_cli.vaes.model import Posterior, Vae, to_unit
from synthgap_cli.vaes.training.recipes import THESIS, Recipe

DEFAULT = Recipe(epochs=40, batch_size=16, schedule="one-cycle", lr_low=1e-6, lr_high=3e-4)


@dataclass(frozen=True)
class Options(CoreOptions):
    """Sizes of the layers; see `synthgap_cli.vaes.architectures._core.CoreOptions`."""


class Classic(Vae):
    """512 latents by default, and then 25 million weights more for every 32x32 pixels."""

    def __init__(self, image_size: int, options: Options) -> None:
        super().__init__("classic", image_size, options=options, latent_shape=(options.latents,))
        num_intensities = 3 * image_size**2
        self.core = Core(num_intensities, options)
        self.intensities = nn.Linear(options.hidden[0], num_intensities)

    def encode(self, unit: Tensor) -> Posterior:
        """Return the posterior ``(N, Z)`` of images ``(N, 3, S, S)``."""
        return self.core.encode(unit.flatten(1))

    def decode(self, latents: Tensor) -> Tensor:
        """Return images ``(N, 3, S, S)`` of latents ``(N, Z)``."""
        flat = to_unit(self.intensities(self.core.decode(latents)))  # (N, 3 S S)
        return flat.reshape(-1, 3, self.image_size, self.image_size)


def build(image_size: int, options: Options) -> Classic:
    """Return the network with random weights."""
    return Classic(image_size, options)


def recipes(options: Options) -> dict[str, Recipe]:
    """Return the thesis' recipe and ours."""
    return {"thesis": THESIS, "default": DEFAULT}
