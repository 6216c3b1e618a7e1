"""A network's name to an extractor that is ready to run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Literal

import torch

from synthgap_cli.devices import seeded
from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.extractor import Backbone, Extractor
from synthgap_cli.extractors.layers import Layer, UpTo, list_layers, output_shape
from synthgap_cli.extractors.names import family_of, tag_of
from synthgap_cli.extractors.pooling import Pool, Pooled, num_features
from synthgap_cli.extractors.weights import file_sha256, read_state, state_sha256

DEFAULT_POOL: Pool = "avg"
WeightsSource = Literal["imagenet", "random"] | Path


def load_extractor(
    name: str,
    *,
    weights: WeightsSource = "imagenet",
    seed: int = 0,
    layer: str | None = None,
    pool: Pool = DEFAULT_POOL,
    device: torch.device,
) -> Extractor:
    """Return the network called ``name`` as far as a layer, in evaluation mode on the device.

    By default the features are the input of the last fully connected layer (thesis, note 9). Published
    weights are pinned: torchvision's own default changes with its releases.

    Parameters
    ----------
    name : str
        One of torchvision's classification networks, ``efficientnet_lite0``, or ``timm/NETWORK``.
    weights : {"imagenet", "random"} or Path
        The published weights, downloaded if they are not here; random ones; or a file of yours.
    seed : int
        Of random weights: the same seed gives the same weights. The global random state is left alone.
    layer : str, optional
        One of the names that `layers_of` lists.
    pool : {"avg", "max", "flatten", "mean-std", "gram"}
        How the layer's maps become one vector; it has no say without ``layer``.

    Raises
    ------
    UsageProblem
        There is no such network or layer, or the layer's output cannot be pooled so.
    InputMissing
        The weights are not here and cannot be downloaded, or the network's package is not installed.
    InvalidInput
        The weights are damaged, are no weights, or are another network's.
    """
    family, network = family_of(name)
    path: Path | None
    if weights == "random":
        path, label = None, f"random seed {seed}"
    elif weights == "imagenet":
        path, label = family.fetch(network), family.label(network)
    else:
        path, label = weights, weights.name
    backbone = _build(family, network, path, seed)
    sha256 = file_sha256(path) if path else state_sha256(backbone.module.state_dict())
    if layer is not None:
        try:
            backbone = _cut(backbone, layer, pool)
        except UsageProblem as error:  # of several networks, tell which
            raise UsageProblem(f"--layer {name}={layer}: {error.message}", hint=error.hint) from error
    return Extractor(
        name=name,
        tag=tag_of(name, layer, pool),
        layer=backbone.layer,
        pool=pool if layer else "none",
        num_features=backbone.num_features,
        input_size=backbone.input_size,
        mean=backbone.mean,
        std=backbone.std,
        weights=label,
        weights_sha256=sha256,
        module=backbone.module.to(device).to(memory_format=torch.channels_last),
    )


def layers_of(name: str) -> list[Layer]:
    """Return the layers of the network called ``name`` that ``load_extractor`` can stop at.

    Raises
    ------
    UsageProblem
        There is no such network.
    InputMissing
        The network's package is not installed.
    """
    backbone = _build(*family_of(name), None, 0)
    return list_layers(backbone.module, backbone.input_size)


def _build(family: ModuleType, network: str, path: Path | None, seed: int) -> Backbone:
    with seeded(seed):
        backbone: Backbone = family.build(network, read_state(path) if path else None)
    backbone.module.eval().requires_grad_(requires_grad=False)
    return backbone


def _cut(backbone: Backbone, layer: str, pool: Pool) -> Backbone:
    """Return the network as far as the layer, its maps pooled."""
    network = UpTo(backbone.module, layer)
    width = num_features(output_shape(network, backbone.input_size), pool)
    return replace(backbone, module=Pooled(network, pool).eval(), layer=layer, num_features=width)
