"""Autoencoders from a name and options, from a file's config and weights, and their recipes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from synthgap_cli import plugins
from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.options import read_options, require_known
from synthgap_cli.vaes.training.recipes import Recipe

ARCHITECTURES = "synthgap_cli.vaes.architectures"
BACKBONE = "backbone"


def architectures() -> list[str]:
    """Return the names of the architectures; `backbone` goes by those of torchvision's networks as well."""
    return plugins.names(ARCHITECTURES)


def options_from(architecture: str, given: Sequence[str]) -> dict[str, Any]:
    """Return the options that texts ``NAME=VALUE`` give to ``architecture``, for the config of `build_vae`.

    Sizes of several layers are written ``4096x2048`` or ``4096,2048``.

    Raises
    ------
    UsageProblem
        There is no such architecture or option, or a value is impossible; the hint says what there is.
    """
    module, implied = _find(architecture)
    return read_options(module.Options, given, of=BACKBONE if implied else architecture)


def build_vae(config: Mapping[str, Any]) -> Vae:
    """Return the network that ``config`` describes, with random weights from torch's global generator.

    Parameters
    ----------
    config : mapping
        ``architecture``, or the name of a network of torchvision's, which means `backbone` behind it;
        ``image_size``; and optionally ``options``, those that differ from the default. `Vae.config` has all.

    Raises
    ------
    UsageProblem
        There is no such architecture, or it has no such option, value of an option, or image size.
    """
    architecture = config["architecture"]
    module, implied = _find(architecture)
    given = config.get("options", {})
    for name in given:
        require_known(module.Options, name, of=BACKBONE if implied else architecture)
    for name, value in implied.items():
        if given.get(name, value) != value:
            raise UsageProblem(
                f"{architecture} already says that the {name} is {value}, not {given[name]}.",
                hint=f"Leave out one of the two, or say --arch {BACKBONE}.",
            )
    vae: Vae = module.build(config["image_size"], module.Options(**{**given, **implied}))
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


def _find(architecture: str) -> tuple[ModuleType, dict[str, str]]:
    """Return the module of an architecture, and the options that its name implies."""
    known = architectures()
    if architecture in known:
        return plugins.load(ARCHITECTURES, architecture), {}
    from synthgap_cli.vaes.architectures._fronts import front_names  # torchvision takes seconds to import

    networks = front_names()
    if architecture in networks:
        return plugins.load(ARCHITECTURES, BACKBONE), {"network": architecture}
    near = difflib.get_close_matches(architecture, [*known, *networks], n=1)
    guess = f"Did you mean {near[0]!r}? " if near else ""
    raise UsageProblem(
        f"There is no architecture named {architecture!r}.",
        hint=f"{guess}There are {', '.join(known)}, and for a backbone any network of torchvision's, "
        "as resnet152.",
    )
