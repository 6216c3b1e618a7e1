"""torchvision's classification networks: ``alexnet``, ``resnet152`` and some eighty more."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import WeightsEnum

from synthgap_cli.extractors.downloads import fetch as fetch_file
from synthgap_cli.extractors.extractor import Backbone
from synthgap_cli.extractors.weights import load_state

BARE = True  # its networks are called by their names alone

# torchvision's DEFAULT moves on and gives other features (thesis, note 9); the second is of the two
# networks that have no first
PINNED = ("IMAGENET1K_V1", "IMAGENET1K_SWAG_LINEAR_V1")

# as torchvision builds them for their published weights
_AS_PUBLISHED = {
    "googlenet": {"aux_logits": True, "transform_input": True, "init_weights": True},
    "inception_v3": {"aux_logits": True, "transform_input": True, "init_weights": True},
}

_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)")


def names() -> list[str]:
    """Return the names of the networks."""
    known: list[str] = models.list_models(module=models)
    return known


def label(network: str) -> str:
    """Return what torchvision calls the weights that `fetch` returns."""
    return str(_published(network).name)


def fetch(network: str) -> Path:
    """Return the file of published weights in torch.hub's cache, downloaded if need be."""
    return fetch_file(_published(network).url, _path(network))


def build(network: str, state: OrderedDict[str, Tensor] | None) -> Backbone:
    """Return the network up to the input of its last fully connected layer, with these or random weights.

    Raises
    ------
    InvalidInput
        The weights are another network's.
    """
    module = models.get_model(network, weights=None, **_AS_PUBLISHED.get(network, {}))
    if state is not None:
        load_state(module, rename(state))
    layer, width = _cut_classifier(module)
    presets = _published(network).transforms()
    return Backbone(
        module=module,
        layer=layer,
        num_features=width,
        input_size=presets.crop_size[0],
        mean=tuple(presets.mean),
        std=tuple(presets.std),
    )


def rename(state: OrderedDict[str, Tensor]) -> OrderedDict[str, Tensor]:
    """Return weights by today's names; the published ones of DenseNets bear older names."""
    renamed = OrderedDict((_OLD_DENSENET.sub(r"\1\2", name), weight) for name, weight in state.items())
    renamed.__dict__.update(state.__dict__)  # its _metadata
    return renamed


def _cut_classifier(module: nn.Module) -> tuple[str, int]:
    """Replace the classifier by nothing; return what comes out then, and how many features that are."""
    linear = {name: layer for name, layer in module.named_modules() if isinstance(layer, nn.Linear)}
    if linear:
        name, last = linear.popitem()
        # in each of these networks it is the last operation: without it, its input comes out
        module.set_submodule(name, nn.Identity())
        return f"input of {name}", last.in_features
    # SqueezeNets classify each position by a 1x1 convolution and average then: its input, averaged
    convolution = module.get_submodule("classifier.1")
    assert isinstance(convolution, nn.Conv2d)
    module.set_submodule("classifier", nn.AdaptiveAvgPool2d(1))
    return "input of classifier.1, averaged over positions", convolution.in_channels


def _published(network: str) -> WeightsEnum:
    known = models.get_model_weights(network)
    return next(known[name] for name in PINNED if name in known.__members__)


def _path(network: str) -> Path:
    url: str = _published(network).url
    return Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
