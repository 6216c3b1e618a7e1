"""How networks are called on the command line and in the names of files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from types import ModuleType

from synthgap_cli import plugins
from synthgap_cli.errors import UsageProblem

FAMILIES = "synthgap_cli.extractors.families"

GROUPS = {
    # thesis, section 1c, in the order of its table
    "thesis": (
        "alexnet",
        "mobilenet_v2",
        "vgg13_bn",
        "vgg16_bn",
        "mnasnet1_0",
        "mnasnet0_5",
        "resnet152",
        "resnext101_32x8d",
    )
}


def expand(names: Iterable[str]) -> list[str]:
    """Return the names with groups replaced by their networks, each network once."""
    return list(dict.fromkeys(network for name in names for network in GROUPS.get(name, (name,))))


def tag_of(name: str, layer: str | None = None, pool: str = "") -> str:
    """Return the name as files bear it: ``timm/resnet18.a1_in1k`` is ``timm-resnet18-a1_in1k``.

    Layer and pool follow where a layer was named: ``vgg16_bn-features-6-gram``.
    """
    named = (name, layer, pool) if layer else (name,)
    return "-".join(named).replace("/", "-").replace(".", "-")


def family_of(name: str) -> tuple[ModuleType, str]:
    """Return the module of the family and the network's name within it, which must be one of its names.

    ``FAMILY/NETWORK``, or the network alone where its family is ``BARE``.

    Raises
    ------
    UsageProblem
        There is no such family or network.
    InputMissing
        The family's package is not installed.
    """
    if name in GROUPS:
        raise UsageProblem(
            f"{name} stands for several networks.", hint=f"Name one of them: {', '.join(GROUPS[name])}."
        )
    family_name, slash, network = name.partition("/")
    families = {one: plugins.load(FAMILIES, one) for one in plugins.names(FAMILIES)}
    if not slash:
        candidates = [family for family in families.values() if family.BARE]
        network = name
    elif family_name in families:
        candidates = [families[family_name]]
    else:
        raise plugins.unknown("family of networks", family_name, families)
    known = {one: family for family in candidates for one in family.names()}
    if network not in known:
        near = difflib.get_close_matches(network, (*known, *GROUPS), n=5)  # all of them would fill a screen
        raise UsageProblem(
            f"There is no network named {name!r}.",
            hint=f"Did you mean {' or '.join(near)}?"
            if near
            else f"There are {', '.join([*known][:5])}, ...",
        )
    return known[network], network
