"""How different two images look to a network: the distance between its maps at several depths."""

# N images, C channels, P positions of a map, S height and width at which the network sees the images

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TypeGuard

import torch
from torch import Tensor, nn

from synthgap_cli.devices import full_precision
from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.extractor import Extractor
from synthgap_cli.extractors.layers import PROBES
from synthgap_cli.extractors.pooling import positions_of
from synthgap_cli.imaging.tensors import resize

LEAST_SIZE = 64  # pixels: of less, networks that halve five times leave a single position
EPSILON = 1e-10  # keeps a position without any activation at zero, and its gradient finite

# What they put out is in the maps before them already, and adaptive ones enlarge small maps.
POOLING = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)


@dataclass(frozen=True)
class Depths:
    """Which outputs of a network are compared, for images of one size.

    Attributes
    ----------
    size : int
        S: images of another size are resized to it.
    calls : tuple of int
        The outputs' places in the sequence of all outputs of the network's modules, rising. A name would not
        do: the ReLU of a residual block is used at several resolutions.
    layers : tuple of str
        The modules that put them out.
    """

    size: int
    calls: tuple[int, ...]
    layers: tuple[str, ...]


class PerceptualDistance:
    """Maps what was decoded and its images, ``(N, 3, H, W)`` in [0, 1], to their mean distance, float32.

    At each spatial resolution that the network computes at, its last map before pooling is taken. Each
    position's activations are scaled to unit length over channels; squared differences are summed over
    channels, averaged over positions, and summed over the maps: equation 1 of Zhang et al. with w = 1, for
    any network. The network is frozen; the gradient goes through it to what was decoded, not to the images.

    Images keep their size, so that fine detail counts, but are enlarged to 64 pixels where they have less; a
    network that takes no size but the one it was trained for gets that.

    Parameters
    ----------
    extractor : Extractor
        On the device of the images to come.

    Raises
    ------
    UsageProblem
        When called: the network puts out no maps.

    References
    ----------
    Zhang, Isola, Efros, Shechtman and Wang (2018), arXiv:1801.03924.
    """

    def __init__(self, extractor: Extractor) -> None:
        self.module = extractor.module.eval().requires_grad_(requires_grad=False)
        device = next(self.module.parameters()).device
        self._mean = torch.tensor(extractor.mean, device=device).view(3, 1, 1)
        self._std = torch.tensor(extractor.std, device=device).view(3, 1, 1)
        self._name = extractor.name
        self._own_size = extractor.input_size
        self._depths: dict[int, Depths] = {}

    def __call__(self, decoded: Tensor, unit: Tensor) -> Tensor:
        """Return the distance, a mean over images, with a gradient for what was decoded."""
        depths = self.depths(unit.shape[-1])
        with full_precision(unit.device), torch.autocast(unit.device.type, enabled=False):
            with torch.no_grad():
                expected = self._directions(unit, depths)
            distances = [
                (direction - other).square().sum(dim=1).mean()  # over channels; positions and images
                for direction, other in zip(self._directions(decoded, depths), expected, strict=True)
            ]
        return torch.stack(distances).sum()

    def depths(self, image_size: int) -> Depths:
        """Return what is compared of images of this size, in pixels."""
        if image_size not in self._depths:
            self._depths[image_size] = self._find_depths(max(image_size, LEAST_SIZE))
        return self._depths[image_size]

    def _find_depths(self, size: int) -> Depths:
        with suppress(RuntimeError, AssertionError, ValueError):  # each network refuses a size its own way
            return find_depths(self.module, size, name=self._name)
        return find_depths(self.module, self._own_size, name=self._name)

    def _directions(self, unit: Tensor, depths: Depths) -> list[Tensor]:
        """Return unit vectors ``(N, C, P)`` at each depth."""
        unit = unit.float()
        if unit.shape[-1] != depths.size:
            unit = resize(unit, depths.size)
        directions: dict[int, Tensor] = {}

        def see(call: int, _name: str, _module: nn.Module, output: object) -> None:
            if call in depths.calls:
                assert isinstance(output, Tensor)
                directions[call] = _to_unit_length(positions_of(output))  # now: later it may change in place
            if call == depths.calls[-1]:
                raise _SeenEnough

        with suppress(_SeenEnough):
            _watch(self.module, (unit - self._mean) / self._std, see)
        return list(directions.values())


def find_depths(network: nn.Module, size: int, *, name: str) -> Depths:
    """Return the last output before pooling at each spatial resolution, for images of ``size`` pixels.

    Raises
    ------
    UsageProblem
        The network, called ``name``, puts out no maps.
    """
    pooled: list[object] = []  # kept, so that no later tensor can take the place of one of them
    last: dict[int, tuple[int, str]] = {}  # P -> call, layer

    def see(call: int, layer: str, module: nn.Module, output: object) -> None:
        if isinstance(module, POOLING):
            pooled.append(output)
        if _is_map(output) and not any(output is one for one in pooled):
            last[positions_of(output).shape[-1]] = call, layer

    device = next(network.parameters()).device
    with torch.no_grad():
        _watch(network, torch.zeros(PROBES, 3, size, size, device=device), see)
    if not last:
        raise UsageProblem(
            f"{name} puts out no maps at any depth.", hint="Choose a convolutional network: vgg16_bn."
        )
    calls, layers = zip(*sorted(last.values()), strict=True)
    return Depths(size, calls, layers)


class _SeenEnough(Exception):
    """Ends a forward pass behind the last map that is compared."""


def _watch(
    network: nn.Module, normalised: Tensor, see: Callable[[int, str, nn.Module, object], None]
) -> None:
    """Let ``see`` have place in the sequence, name, module and output of each module, while images pass."""
    calls = 0

    def hook_of(name: str) -> Callable[[nn.Module, object, object], None]:
        def hook(module: nn.Module, _inputs: object, output: object) -> None:
            nonlocal calls
            calls += 1
            see(calls - 1, name, module, output)

        return hook

    with ExitStack() as hooks:
        for name, module in network.named_modules():
            hooks.callback(module.register_forward_hook(hook_of(name)).remove)
        network(normalised)


def _is_map(output: object) -> TypeGuard[Tensor]:
    """Return whether it is one map or sequence of tokens for each image, of more than one position."""
    if not (isinstance(output, Tensor) and output.ndim in (3, 4) and len(output) == PROBES):
        return False
    return positions_of(output).shape[-1] > 1


def _to_unit_length(maps: Tensor) -> Tensor:
    """Return ``(N, C, P)`` with the C numbers of each position scaled to length 1."""
    return maps * (maps.square().sum(dim=1, keepdim=True) + EPSILON).rsqrt()
