"""torchvision's classification networks: ``alexnet``, ``resnet152`` and some eighty more."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path

import torch
from torch import Tensor, nn
from torchvision import models
from torchvision.models import WeightsEnum

from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.downloads import fetch as fetch_file
from synthgap_cli.extractors.extractor import Backbone
from synthgap_cli.extractors.weights import load_state

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


def cached(network: str) -> bool:
    """Return whether `fetch` needs no download."""
    return _path(network).exists()


def fetch(network: str) -> Path:
    """Return the file of published weights in torch.hub's cache, downloaded if need be."""
    return fetch_file(_published(network).url, _path(network))


def build(network: str, state: OrderedDict[str, Tensor] | None) -> Backbone:
    """Return the network up to the input of its last fully connected layer, with these or random weights.

    Raises
    ------
    InvalidInput
        The weights are another network's.
    UsageProblem
        The network has no fully connected layer.
    """
    module = models.get_model(network, weights=None, **_AS_PUBLISHED.get(network, {}))
    if state is not None:
        renamed = OrderedDict((_OLD_DENSENET.sub(r"\1\2", name), weight) for name, weight in state.items())
        renamed.__dict__.update(state.__dict__)  # its _metadata
        load_state(module, renamed)
    linear = [name for name, layer in module.named_modules() if isinstance(layer, nn.Linear)]
    if not linear:
        raise UsageProblem(
            f"{network} has no fully connected layer whose input could be the features.",
            hint="Choose a network that has one, resnet18 for instance.",
        )
    num_features = module.get_submodule(linear[-1]).in_features
    # in each of these networks it is the last operation: without it, its input comes out
    module.set_submodule(linear[-1], nn.Identity())
    presets = _published(network).transforms()
    return Backbone(
        module=module,
        layer=f"input of {linear[-1]}",
        num_features=num_features,
        input_size=presets.crop_size[0],
        mean=tuple(presets.mean),
        std=tuple(presets.std),
    )


def _published(network: str) -> WeightsEnum:
    known = models.get_model_weights(network)
    return next(known[name] for name in PINNED if name in known.__members__)


def _path(network: str) -> Path:
    url: str = _published(network).url
    return Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
