"""How much memory a training will take, told before it begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from synthgap_cli.vaes.building import build_vae
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training.recipes import Recipe

PROBES = 2  # batch norm has no use for a batch of one
MOMENTS = 2  # numbers that Adam and AdamW keep of each trained parameter


@dataclass(frozen=True)
class Footprint:
    """What a training holds in the device's memory when it holds most.

    Attributes
    ----------
    parameters, trained : int
        Numbers that the network has, and those of them that are trained.
    weights, gradients, optimizer, ema : int
        Bytes of parameters and running statistics, of gradients, of the optimizer's moments, and of the
        exponential moving average, all in float32 in any precision.
    activations : int
        Bytes that the forward pass of the images computed at once keeps for the backward pass, in float32: in
        half precision it is between all and half of them, since norms and activations stay float32.
    """

    parameters: int
    trained: int
    weights: int
    gradients: int
    optimizer: int
    ema: int
    activations: int

    @property
    def total(self) -> int:
        """Bytes of all. Torch's own workspace, and a perceptual network, come on top."""
        return self.weights + self.gradients + self.optimizer + self.ema + self.activations


def footprint(vae: Vae, recipe: Recipe, *, images_at_once: int) -> Footprint:
    """Return what training ``vae`` by ``recipe`` takes; nothing is computed but shapes.

    Parameters
    ----------
    vae : Vae
        As it will be trained, on any device, the meta device included.
    images_at_once : int
        Images of one forward pass: the batch, or the part of it that one device computes at a time.
    """
    trained = [parameter for parameter in vae.parameters() if parameter.requires_grad]
    weights = _bytes_of(vae.state_dict().values())
    few, twice = (_kept_for_backward(vae, count) for count in (PROBES, 2 * PROBES))
    per_image = (twice - few) // PROBES
    return Footprint(
        parameters=sum(parameter.numel() for parameter in vae.parameters()),
        trained=sum(parameter.numel() for parameter in trained),
        weights=weights,
        gradients=_bytes_of(trained),
        optimizer=MOMENTS * _bytes_of(trained),
        ema=_bytes_of(trained) if recipe.ema is not None else 0,
        activations=few + (images_at_once - PROBES) * per_image,
    )


def _kept_for_backward(vae: Vae, num_images: int) -> int:
    """Return the bytes that a forward pass leaves, beside the weights themselves."""
    with torch.device("meta"):
        vae = build_vae(vae.config).train()
    owned = {_storage(tensor) for tensor in vae.state_dict(keep_vars=True).values()}
    kept: dict[int, Tensor] = {}  # the tensors too, so that no storage's place is taken by another's

    def keep(tensor: Tensor) -> Tensor:
        kept.setdefault(_storage(tensor), tensor)
        return tensor

    unit = torch.empty(num_images, 3, vae.image_size, vae.image_size, device="meta")
    noise = torch.empty(num_images, *vae.latent_shape, device="meta")
    with saved_tensors_hooks(keep, lambda tensor: tensor):
        vae(unit, noise)  # the objective keeps a few images more, which is nothing beside it
    return sum(tensor.untyped_storage().nbytes() for place, tensor in kept.items() if place not in owned)


def _storage(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)  # views of one storage share it; meta tensors have no address


def _bytes_of(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
