"""What every variational autoencoder here is: images to posteriors, latents to images."""

# N images, H height, W width, L the latent axes (latent_shape)

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from synthgap_cli.errors import UsageProblem

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Reparametrisation = Literal["unit", "gaussian"]  # z ~ N(mu, I), or the variance learned as well

LOG_VARIANCE_RANGE = (-30.0, 20.0)  # beyond it exp() says nothing more in float32


@dataclass(frozen=True)
class Posterior:
    """The normal distribution of each image's latents, axis by axis.

    Attributes
    ----------
    mean : float32 (N, L)
    log_variance : float32 (N, L) or None
        Clamped to [-30, 20]; None where the architecture fixes the variance at one, z ~ N(mu, I).
    """

    mean: Tensor
    log_variance: Tensor | None

    @classmethod
    def from_heads(cls, mean: Tensor, log_variance: Tensor | None = None) -> Posterior:
        """Return the posterior in float32, whatever precision the network computed in."""
        if log_variance is not None:
            log_variance = log_variance.float().clamp(*LOG_VARIANCE_RANGE)
        return cls(mean.float(), log_variance)

    def sample(self, noise: Tensor) -> Tensor:
        """Return latents ``(N, L)`` drawn with standard normal ``noise (N, L)``."""
        if self.log_variance is None:
            return self.mean + noise
        return self.mean + (0.5 * self.log_variance).exp() * noise

    def kl_of_latents(self) -> Tensor:
        """Return what each latent of each image adds to the divergence from N(0, I), ``(N, L)``, in nats."""
        twice = self.mean.square()
        if self.log_variance is not None:
            twice = twice + self.log_variance.exp() - 1 - self.log_variance
        return 0.5 * twice

    def kl(self) -> Tensor:
        """Return the divergence from N(0, I) of each image, float32 ``(N,)``, in nats (thesis, note 3)."""
        return self.kl_of_latents().flatten(1).sum(dim=1)


class Vae(nn.Module):
    """A variational autoencoder of square images; architectures fill in `encode` and `decode`.

    Attributes
    ----------
    config : dict
        JSON-able; `synthgap_cli.vaes.building.build_vae` makes the same network of it.
    tag : str
        What file names carry, as ``resvae-64``.
    image_size : int
        Height and width of images, in pixels.
    latent_shape : tuple of int
        L, without the axis of images.
    front_network : str or None
        The network whose published weights a part of the encoder can start with; none of most architectures.
    """

    front_network: str | None = None

    def __init__(
        self,
        architecture: str,
        image_size: int,
        *,
        options: DataclassInstance,
        latent_shape: tuple[int, ...],
        tag: str | None = None,
    ) -> None:
        super().__init__()
        self.config: dict[str, Any] = {
            "architecture": architecture,
            "image_size": image_size,
            "options": asdict(options),
        }
        self.tag = tag or architecture
        self.image_size = image_size
        self.latent_shape = latent_shape

    def encode(self, unit: Tensor) -> Posterior:
        """Return the posterior ``(N, L)`` of images ``(N, 3, H, W)`` in [0, 1]."""
        raise NotImplementedError

    def decode(self, latents: Tensor) -> Tensor:
        """Return images float32 ``(N, 3, H, W)`` in [0, 1] of latents ``(N, L)``."""
        raise NotImplementedError

    def forward(self, unit: Tensor, noise: Tensor) -> tuple[Tensor, Posterior]:
        """Return images ``(N, 3, H, W)`` decoded from a sample of the posterior, and the posterior."""
        posterior = self.encode(unit)
        return self.decode(posterior.sample(noise)), posterior


def to_unit(logits: Tensor) -> Tensor:
    """Return the logistic function, float32: intensities in [0, 1] that have a gradient everywhere.

    On photographs at 64x64 it ended 0.3 dB above a linear output that is clamped for use.
    """
    return logits.float().sigmoid()


def clamped(image: Tensor) -> Tensor:
    """Return intensities clamped to [0, 1], float32, with the gradient that they would have unclamped.

    So what overshoots is drawn back where its target lies inside, and costs nothing where that is 0 or 1.
    """
    image = image.float()
    return image + (image.clamp(0, 1) - image).detach()


def require_image_size(image_size: int, *, multiple_of: int, at_least: int) -> None:
    """Raise `UsageProblem`, naming the nearest sizes that work, unless ``image_size`` does."""
    if image_size % multiple_of == 0 and image_size >= at_least:
        return
    below = image_size // multiple_of * multiple_of
    nearest = sorted({max(below, at_least), max(below + multiple_of, at_least)})
    raise UsageProblem(
        f"Image size {image_size} does not suit this network: it must be a multiple of {multiple_of} "
        f"and at least {at_least}.",
        hint=f"Nearest: {' or '.join(map(str, nearest))}.",
    )


def require_batch(vae: Vae, images_at_once: int) -> None:
    """Raise `UsageProblem` if ``vae`` is to be trained on one image at a time but norms over a batch."""
    learned = [module for module in vae.modules() if isinstance(module, _BatchNorm) and _is_trained(module)]
    if learned and images_at_once < 2:
        raise UsageProblem(
            f"{vae.tag} has batch norm, and a batch of one image has no spread to norm by.",
            hint="Train on 2 images at once or more: raise --batch-size, or divide it into fewer parts.",
        )


def _is_trained(module: nn.Module) -> bool:
    return any(weight.requires_grad for weight in module.parameters())


def weights_of(module: nn.Module) -> dict[str, Tensor]:
    """Return a copy of the weights and running statistics, on the CPU, contiguous, ready to be stored."""
    with torch.no_grad():
        return {
            name: value.detach().to("cpu", copy=True).contiguous()
            for name, value in module.state_dict().items()
        }
