"""An ImageNet network in front of the fully connected core (thesis, section 2b)."""

# N images, S image size, F features of the front

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.vgg import cfgs, make_layers

from synthgap_cli.errors import InvalidInput
from synthgap_cli.vaes.architectures._core import LATENTS, Core
from synthgap_cli.vaes.architectures._upsampling import UpsampledConv
from synthgap_cli.vaes.model import Posterior, Vae, require_image_size, to_unit
from synthgap_cli.vaes.training.recipes import THESIS, Recipe

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
CANVAS = (64, 8, 8)  # how the core's 4096 outputs are laid out before the three convolutions

DEFAULT = Recipe(epochs=40, batch_size=16, schedule="one-cycle", lr_low=1e-6, lr_high=3e-4)


@dataclass(frozen=True)
class Options:
    """What may differ between two networks with the same backbone.

    Attributes
    ----------
    frozen : bool
        Whether the backbone stays as it is, its batch norms' running statistics included, or is trained too.
    """

    frozen: bool = True


class BackboneVae(Vae):
    """512 latents. The front sees images normalised as on ImageNet; what is restored is the image itself.

    Parameters
    ----------
    network : str
        Name of the architecture and of torchvision's network.
    front : nn.Module
        Images ``(N, 3, S, S)`` to features ``(N, F)``, its weights named as torchvision names them.
    """

    imagenet_mean: Tensor
    imagenet_std: Tensor

    def __init__(
        self, network: str, image_size: int, options: Options, *, front: nn.Module, num_features: int
    ) -> None:
        super().__init__(network, image_size, options=options, latent_shape=(LATENTS,))
        self.frozen = options.frozen
        self.front = front.requires_grad_(not options.frozen)
        require_image_size(image_size, multiple_of=1, at_least=32)
        self.core = Core(num_features)
        self.canvas = nn.Unflatten(1, CANVAS)
        self.painter = nn.Sequential(
            *_painting(64, 32), nn.ReLU(), *_painting(32, 16), nn.ReLU(), *_painting(16, 3)
        )
        self.register_buffer("imagenet_mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("imagenet_std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1), persistent=False)

    def encode(self, unit: Tensor) -> Posterior:
        """Return the posterior ``(N, 512)`` of images ``(N, 3, S, S)``."""
        return self.core.encode(self.front((unit - self.imagenet_mean) / self.imagenet_std))

    def decode(self, latents: Tensor) -> Tensor:
        """Return images ``(N, 3, S, S)`` of latents ``(N, 512)``: painted at 64x64, then stretched."""
        painting = to_unit(self.painter(self.canvas(self.core.decode(latents))))  # (N, 3, 64, 64)
        return F.interpolate(painting, size=(self.image_size, self.image_size), mode="bilinear")

    def load_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Give the front torchvision's weights; those of layers behind it are left out.

        Raises
        ------
        InvalidInput
            They are another network's.
        """
        shapes = {name: value.shape for name, value in self.front.state_dict().items()}
        fitting = {name: value for name, value in weights.items() if shapes.get(name) == value.shape}
        unmet = len(shapes) - len(fitting)
        if unmet:
            raise InvalidInput(
                f"{self.tag} needs {len(shapes)} tensors, of which {unmet} are missing or of another shape.",
                hint=f"Give torchvision's {self.tag}, IMAGENET1K_V1.",
            )
        self.front.load_state_dict(fitting)

    def train(self, mode: bool = True) -> BackboneVae:  # noqa: FBT001, FBT002  torch's own signature
        """Switch to training; a frozen front stays in evaluation."""
        super().train(mode)
        if self.frozen:
            self.front.eval()
        return self


def vgg_vae(network: str, layout: str, *, image_size: int, options: Options) -> BackboneVae:
    """Return an autoencoder behind the convolutions of a VGG with batch norm, ``(N, 512 (S/32)^2)`` features.

    At 224 pixels those are what the classifier of the VGG gets; ``layout`` is its letter in torchvision.
    """
    convolutions = make_layers(cfgs[layout], batch_norm=True)
    front = nn.Sequential(OrderedDict(features=convolutions, flat=nn.Flatten()))
    num_features = 512 * (image_size // 32) ** 2
    return BackboneVae(network, image_size, options, front=front, num_features=num_features)


def _painting(before: int, after: int) -> tuple[nn.Module, nn.Module]:
    """Return a convolution that doubles the size, and batch norm."""
    return UpsampledConv(before, after, kernel_size=3, pad="zero"), nn.BatchNorm2d(after)


def recipes(options: Options) -> dict[str, Recipe]:
    """Return the thesis' recipe and ours."""
    return {"thesis": THESIS, "default": DEFAULT}
