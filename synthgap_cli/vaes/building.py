"""Autoencoders from a name and options, from a file's config and weights, and their recipes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import torch
from torch import Tensor

from synthgap_cli import plugins
from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training.recipes import Recipe

ARCHITECTURES = "synthgap_cli.vaes.architectures"


def build_vae(config: Mapping[str, Any]) -> Vae:
    """Return the network that ``config`` describes, with random weights from torch's global generator.

    Parameters
    ----------
    config : mapping
        ``architecture``, ``image_size`` and optionally ``options``, those that differ from the default;
        `Vae.config` has them all.

    Raises
    ------
    UsageProblem
        There is no such architecture, or it has no such option, value of an option, or image size.
    """
    module = plugins.load(ARCHITECTURES, config["architecture"])
    given = config.get("options", {})
    known = [field.name for field in fields(module.Options)]
    for name in given:
        if name not in known:
            raise UsageProblem(
                f"{config['architecture']} has no option {name!r}.",
                hint=f"It has {', '.join(known)}." if known else "It has none.",
            )
    vae: Vae = module.build(config["image_size"], module.Options(**given))
    return vae


def restore_vae(config: Mapping[str, Any], weights: Mapping[str, Tensor]) -> Vae:
    """Return the network that ``config`` describes with the given weights, ready for inference.

    Raises
    ------
    InvalidInput
        The weights are not those of this network.
    """
    with torch.device("meta"):  # shapes alone: a config may promise a network that no memory holds
        expected = {name: tuple(value.shape) for name, value in build_vae(config).state_dict().items()}
    given = {name: tuple(value.shape) for name, value in weights.items()}
    if given != expected:
        differing = sorted(name for name, _ in given.items() ^ expected.items())
        raise InvalidInput(
            f"The weights do not fit the network they are said to be of; {differing[0]} is the first of "
            f"{len(differing)} that differ.",
            hint="The file is damaged or was written by another program.",
        )
    vae = build_vae(config)
    vae.load_state_dict(weights)
    return vae.eval()


def recipe_for(vae: Vae, name: str) -> Recipe:
    """Return the recipe called ``name`` of this network.

    Every architecture has ``thesis``, what the thesis did, and ``default``, what does best in little time.
    """
    module = plugins.load(ARCHITECTURES, vae.config["architecture"])
    recipes: dict[str, Recipe] = module.recipes(module.Options(**vae.config["options"]))
    if name not in recipes:
        raise plugins.unknown("recipe", name, recipes)
    return recipes[name]
