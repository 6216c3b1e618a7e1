"""One of torchvision's networks in front of the fully connected core (thesis, section 2b).

Any of them: ``--arch resnet152`` means this architecture with ``network=resnet152``.
"""

# N images, S image size, F features of the front, Z latents, A first hidden size of the core, A = 64 C

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.architectures._core import Core, CoreOptions
from synthgap_cli.vaes.architectures._fronts import build_front
from synthgap_cli.vaes.architectures._upsampling import UpsampledConv
from synthgap_cli.vaes.model import Posterior, Vae, require_image_size, to_unit
from synthgap_cli.vaes.training.recipes import THESIS, Recipe

CANVAS = (8, 8)  # what the core puts out is laid out as maps of this size, before the three convolutions

DEFAULT = Recipe(epochs=40, batch_size=16, schedule="one-cycle", lr_low=1e-6, lr_high=3e-4)


@dataclass(frozen=True)
class Options(CoreOptions):
    """What may differ between two networks.

    Attributes
    ----------
    hidden, latents
        See `synthgap_cli.vaes.architectures._core.CoreOptions`; 64 must divide the first hidden size.
    network : str
        torchvision's name of the front.
    frozen : bool
        Whether the front stays as it is, its batch norms' running statistics included, or is trained too.
    """

    network: str = "resnet152"
    frozen: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.hidden[0] % torch.Size(CANVAS).numel():
            raise UsageProblem(
                f"The first hidden size cannot be {self.hidden[0]}: it is decoded as maps of 8x8.",
                hint="Choose a multiple of 64.",
            )


class BackboneVae(Vae):
    """The front sees images normalised as its weights want; what is restored is the image itself."""

    mean: Tensor
    std: Tensor

    def __init__(self, image_size: int, options: Options) -> None:
        require_image_size(image_size, multiple_of=1, at_least=32)
        front = build_front(options.network, image_size)
        super().__init__(
            "backbone", image_size, options=options, latent_shape=(options.latents,), tag=options.network
        )
        self.front_network: str = options.network
        self.frozen = options.frozen
        self.front = front.module.requires_grad_(not options.frozen)
        self.core = Core(front.num_features, options)
        self.canvas = nn.Unflatten(1, (-1, *CANVAS))
        channels = options.hidden[0] // torch.Size(CANVAS).numel()
        self.painter = nn.Sequential(
            *_painting(channels, 32), nn.ReLU(), *_painting(32, 16), nn.ReLU(), *_painting(16, 3)
        )
        self.register_buffer("mean", torch.tensor(front.mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(front.std).view(1, 3, 1, 1), persistent=False)

    def encode(self, unit: Tensor) -> Posterior:
        """Return the posterior ``(N, Z)`` of images ``(N, 3, S, S)``."""
        return self.core.encode(self.front((unit - self.mean) / self.std))

    def decode(self, latents: Tensor) -> Tensor:
        """Return images ``(N, 3, S, S)`` of latents ``(N, Z)``: painted at 64x64, then stretched."""
        maps = self.canvas(self.core.decode(latents))  # (N, A) to (N, C, 8, 8)
        painting = to_unit(self.painter(maps))  # (N, 3, 64, 64)
        return F.interpolate(painting, size=(self.image_size, self.image_size), mode="bilinear")

    def load_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Give the front torchvision's weights; those of layers behind it are left out.

        Raises
        ------
        InvalidInput
            They are another network's.
        """
        state: Any = self.front.state_dict()
        # files from before 2018 lack batch norm's count of the batches it saw, which plays no part here
        unmet = [
            name
            for name, value in state.items()
            if not name.endswith("num_batches_tracked")
            and (name not in weights or weights[name].shape != value.shape)
        ]
        if unmet:
            raise InvalidInput(
                f"{self.tag} needs {len(state)} tensors, of which {len(unmet)} are missing or of another "
                f"shape, {unmet[0]} for one.",
                hint=f"Give torchvision's {self.tag}, IMAGENET1K_V1.",
            )
        state.update({name: weights[name] for name in state if name in weights})
        if versions := getattr(weights, "_metadata", None):  # by which modules know older forms of themselves
            state._metadata = versions
        self.front.load_state_dict(state)

    def train(self, mode: bool = True) -> BackboneVae:  # noqa: FBT001, FBT002  torch's own signature
        """Switch to training; a frozen front stays in evaluation."""
        super().train(mode)
        if self.frozen:
            self.front.eval()
        return self


def build(image_size: int, options: Options) -> BackboneVae:
    """Return the network with random weights."""
    return BackboneVae(image_size, options)


def recipes(options: Options) -> dict[str, Recipe]:
    """Return the thesis' recipe and ours."""
    return {"thesis": THESIS, "default": DEFAULT}


def _painting(before: int, after: int) -> tuple[nn.Module, nn.Module]:
    """Return a convolution that doubles the size, and batch norm."""
    return UpsampledConv(before, after, kernel_size=3, pad="zero"), nn.BatchNorm2d(after)
