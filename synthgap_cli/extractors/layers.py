"""The layers of a network by name: which there are, and what one of them puts out."""

# N images, C channels, H height, W width, T tokens, S the network's input size

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TypeGuard

import torch
from torch import Tensor, nn

from synthgap_cli.errors import UsageProblem

PROBES = 2  # images to see shapes by: of two, what has one row for all of them is told apart


@dataclass(frozen=True)
class Layer:
    """A layer whose output can be the features."""

    name: str
    """As the network's own modules are called: ``features.6``."""
    kind: str
    shape: tuple[int, ...]
    """Of its output for one image: ``(C, H, W)``, ``(T, C)``, ``(H, W, C)`` or ``(C,)``."""


def list_layers(network: nn.Module, input_size: int) -> list[Layer]:
    """Return the layers that put out one tensor, in the order in which an image passes them.

    Nothing is computed but shapes. A layer that is used several times has the shape of the first.

    Parameters
    ----------
    network : Module
        In evaluation mode; it is left without values, on the meta device.
    """
    found: dict[str, Layer] = {}

    def watch(name: str, module: nn.Module) -> None:
        def see(_module: nn.Module, _inputs: object, output: object) -> None:
            if _is_one_each(output, PROBES) and name not in found:
                found[name] = Layer(name, type(module).__name__, tuple(output.shape[1:]))

        module.register_forward_hook(see)

    for name in _names(network):
        watch(name, network.get_submodule(name))
    with torch.inference_mode():
        network.to("meta")(torch.empty(PROBES, 3, input_size, input_size, device="meta"))
    return list(found.values())


def output_shape(network: nn.Module, input_size: int) -> tuple[int, ...]:
    """Return the shape of what a network on the CPU puts out for one image.

    Raises
    ------
    UsageProblem
        It is a network up to a layer that does not put out one tensor for each image.
    """
    with torch.inference_mode():
        output: Tensor = network(torch.zeros(PROBES, 3, input_size, input_size))
    return tuple(output.shape[1:])


class UpTo(nn.Module):
    """A network as far as one layer; what comes after it is not computed.

    The output is that of the layer's first use, before anything changes it in place. Layers are addressed
    by module, not by node of a traced graph, because that works for networks that cannot be traced.

    Raises
    ------
    UsageProblem
        The network has no such layer.
    """

    def __init__(self, network: nn.Module, layer: str) -> None:
        super().__init__()
        names = _names(network)
        if layer not in names:
            near = difflib.get_close_matches(layer, names, n=3) or names[:3]
            raise UsageProblem(
                f"The network has no layer {layer!r}.",
                hint=f"Did you mean {' or '.join(near)}? --list-layers NETWORK shows all.",
            )
        self.network = network
        self.layer = layer
        network.get_submodule(layer).register_forward_hook(_stop)

    def forward(self, normalised: Tensor) -> Tensor:
        """Return the layer's output for images ``(N, 3, S, S)``."""
        try:
            self.network(normalised)
        except _Reached as reached:
            if _is_one_each(reached.output, len(normalised)):
                return reached.output
        raise UsageProblem(
            f"Layer {self.layer!r} does not put out one tensor for each image.",
            hint="--list-layers NETWORK shows those that do.",
        )


class _Reached(Exception):
    """Ends a forward pass: an exception, so that several threads can pass one network at once."""

    def __init__(self, output: object) -> None:
        super().__init__()
        self.output = output


def _stop(_module: nn.Module, _inputs: object, output: object) -> None:
    raise _Reached(output)


def _is_one_each(output: object, num_images: int) -> TypeGuard[Tensor]:
    """Return whether it is one tensor for each image: no pair of tensors, no windows of images."""
    return isinstance(output, Tensor) and output.ndim > 1 and len(output) == num_images


def _names(network: nn.Module) -> list[str]:
    """Return the names of its modules but itself and those that pass their input on, as a cut-off head."""
    return [name for name, module in network.named_modules() if name and not isinstance(module, nn.Identity)]
