"""Other libraries' autoencoders behind the interface of ours, so that one trainer trains them all.

Needs ``pip install diffusers pythae`` (both Apache-2.0).
"""

# N images, Z latent maps, s size of the latent maps, S image size

from __future__ import annotations

from dataclasses import dataclass

from diffusers import AutoencoderKL
from pythae.models import VAEConfig
from pythae.models.nn.benchmarks.celeba import Decoder_ResNet_AE_CELEBA, Encoder_ResNet_VAE_CELEBA
from torch import Tensor

from synthgap_cli.vaes.model import Posterior, Vae

PYTHAE_SIZE = 64  # its networks for CelebA know no other


@dataclass(frozen=True)
class KlOptions:
    widths: tuple[int, ...] = (16, 32, 64, 128)  # near the number of parameters that `attention` has
    latent_channels: int = 32


class Diffusers(Vae):
    """AutoencoderKL, the first stage of latent diffusion: images in [-1, 1], output linear."""

    def __init__(self, image_size: int, options: KlOptions) -> None:
        levels = len(options.widths)
        side = image_size >> levels - 1
        latent_shape = (options.latent_channels, side, side)
        super().__init__("AutoencoderKL", image_size, options=options, latent_shape=latent_shape)
        self.network = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels,
            block_out_channels=options.widths,
            latent_channels=options.latent_channels,
            norm_num_groups=8,
            sample_size=image_size,
        )

    def encode(self, unit: Tensor) -> Posterior:
        posterior = self.network.encode(2 * unit - 1).latent_dist
        return Posterior.from_heads(posterior.mean, posterior.logvar)

    def decode(self, latents: Tensor) -> Tensor:
        unit = (self.network.decode(latents).sample.float() + 1) / 2
        return unit if self.training else unit.clamp(0, 1)  # as its own pipelines do


@dataclass(frozen=True)
class PythaeOptions:
    num_latents: int


class Pythae(Vae):
    """The residual networks that pythae has for 64x64 faces."""

    def __init__(self, image_size: int, options: PythaeOptions) -> None:
        super().__init__("VAE", image_size, options=options, latent_shape=(options.num_latents,))
        config = VAEConfig((3, image_size, image_size), latent_dim=options.num_latents)
        self.encoder = Encoder_ResNet_VAE_CELEBA(config)
        self.decoder = Decoder_ResNet_AE_CELEBA(config)

    def encode(self, unit: Tensor) -> Posterior:
        encoded = self.encoder(unit)
        return Posterior.from_heads(encoded.embedding, encoded.log_covariance)

    def decode(self, latents: Tensor) -> Tensor:
        decoded: Tensor = self.decoder(latents).reconstruction
        return decoded.float()
