"""A network's name to an extractor that is ready to run."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch

from synthgap_cli.extractors.extractor import Extractor
from synthgap_cli.extractors.names import family_of, tag_of
from synthgap_cli.extractors.weights import file_sha256, read_state, state_sha256

WeightsSource = Literal["imagenet", "random"] | Path


def weights_available(name: str) -> bool:
    """Return whether the published weights of the network called ``name`` are here, without a download."""
    family, network = family_of(name)
    available: bool = family.cached(network)
    return available


def load_extractor(
    name: str, *, weights: WeightsSource = "imagenet", seed: int = 0, device: torch.device
) -> Extractor:
    """Return the network called ``name`` without its classifier, in evaluation mode on the device.

    The features are the input of the last fully connected layer (thesis, note 9). Published weights are
    pinned: torchvision's own default changes with its releases.

    Parameters
    ----------
    name : str
        One of torchvision's classification networks, or ``timm/NETWORK``.
    weights : {"imagenet", "random"} or Path
        The published weights, downloaded if they are not here; random ones; or a file of yours.
    seed : int
        Of random weights: the same seed gives the same weights. The global random state is left alone.

    Raises
    ------
    UsageProblem
        There is no such network, or it has no fully connected layer.
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
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would reseed every device
        backbone = family.build(network, read_state(path) if path else None)
    module = backbone.module.eval().requires_grad_(requires_grad=False)
    return Extractor(
        name=name,
        tag=tag_of(name),
        layer=backbone.layer,
        num_features=backbone.num_features,
        input_size=backbone.input_size,
        mean=backbone.mean,
        std=backbone.std,
        weights=label,
        weights_sha256=file_sha256(path) if path else state_sha256(module.state_dict()),
        module=module.to(device).to(memory_format=torch.channels_last),
    )
