"""timm's networks, ``timm/NETWORK``: newer ones, and other trainings of the old."""

from __future__ import annotations

import importlib
from collections import OrderedDict
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from torch import Tensor

from synthgap_cli.errors import InputMissing
from synthgap_cli.extractors.downloads import PATIENCE_S, missing_unless_downloaded
from synthgap_cli.extractors.extractor import Backbone
from synthgap_cli.extractors.weights import misfit

BARE = False  # its networks are called timm/NETWORK

FILE_NAME = "model.safetensors"  # which timm's repositories hold for each network


def names() -> list[str]:
    """Return the names of the networks, with and without the tag of their training."""
    timm = _import("timm")
    return [*timm.list_models(), *timm.list_pretrained()]


def label(network: str) -> str:
    """Return timm's name of the weights that `fetch` returns, which says how they were trained."""
    return f"{_published(network).architecture}.{_published(network).tag}"


def cached(network: str) -> bool:
    """Return whether `fetch` needs no download."""
    repository = _published(network).hf_hub_id
    hub = _import("huggingface_hub")
    return bool(repository) and isinstance(hub.try_to_load_from_cache(repository, FILE_NAME), str)


def fetch(network: str) -> Path:
    """Return the file of published weights in the Hugging Face hub's cache, downloaded if need be.

    Raises
    ------
    InputMissing
        It is not there and cannot be downloaded, or timm publishes none.
    """
    repository = _published(network).hf_hub_id
    if not repository:
        raise InputMissing(
            f"timm publishes no weights of {network}.", hint="Use --weights FILE or --weights random."
        )
    hub = _import("huggingface_hub")
    url = hub.hf_hub_url(repository, FILE_NAME)
    if not cached(network):
        with missing_unless_downloaded(
            f"The weights of timm/{network} are not in the Hugging Face hub's cache",
            hint=f"Fetch {url} yourself and give it by --weights FILE, or use --weights random.",
        ):
            urlopen(url, timeout=PATIENCE_S).close()  # without a network the hub's own retries take a minute
            hub.hf_hub_download(repository, FILE_NAME)
    return Path(hub.try_to_load_from_cache(repository, FILE_NAME))


def build(network: str, state: OrderedDict[str, Tensor] | None) -> Backbone:
    """Return the network without its classifier, with these or random weights.

    Raises
    ------
    InvalidInput
        The weights are another network's.
    """
    overlay = {"state_dict": state, "custom_load": False}
    try:
        module = _import("timm").create_model(
            network, pretrained=state is not None, pretrained_cfg_overlay=overlay
        )
    except (KeyError, RuntimeError) as error:  # of weights that timm cannot adapt, or that do not fit
        raise misfit(str(error).splitlines()[-1].strip()) from error
    config = module.pretrained_cfg
    module.reset_classifier(0)
    return Backbone(
        module=module,
        layer="input of the classifier",
        num_features=module.head_hidden_size,
        input_size=config["input_size"][-1],
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
    )


def _published(network: str) -> Any:  # noqa: ANN401  timm is not there for the type checker
    return _import("timm").get_pretrained_cfg(network)


def _import(package: str) -> Any:  # noqa: ANN401
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise InputMissing(
            f"timm's networks need the package {package}.", hint='Run: pip install "synthgap[timm]"'
        ) from error
