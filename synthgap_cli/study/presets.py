"""What a study of each size does; every value can be overridden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthgap_cli.ledger.standings import Keep
from synthgap_cli.plugins import unknown
from synthgap_cli.stages.gap import DISTANCES
from synthgap_cli.translation.detail import DEFAULT

QUICK_NETWORKS = ("mobilenet_v2", "mnasnet0_5")


@dataclass(frozen=True)
class VaePlan:
    """A VAE to train; ``epochs`` none: the recipe's."""

    architecture: str = "resvae"
    options: Mapping[str, Any] = field(default_factory=dict)
    epochs: int | None = None


@dataclass(frozen=True)
class StudySettings:
    """Everything that a study can be told, with the values of the quick preset.

    ``networks`` may be empty: the content part is left out; ``distances`` too.
    ``classifier_sizes`` are of the original images; decoded ones are judged at the size of their VAE.
    """

    preset: str = "quick"
    size: int = 64
    networks: tuple[str, ...] = QUICK_NETWORKS
    weights: str = "imagenet"
    classifier_sizes: tuple[int, ...] = (64,)
    classifier_epochs: int | None = None  # none: the thesis' 10; in a ledger of few images more
    distances: tuple[str, ...] = DISTANCES
    vaes: tuple[VaePlan, ...] = (VaePlan(options={"blocks": 16}, epochs=15),)
    vae_size: int | None = None  # none: the images', at most 128
    vae_recipe: str = "default"
    vae_precision: str = "auto"
    shift_methods: tuple[str, ...] = ("auto",)  # a ledger each
    shift_base: str = "mean"  # how modes moves each kind of image
    rivals: tuple[str, ...] = ("channel_ot", "pyramid")  # shifts of pixels, a ledger each
    strength: float = 1.0
    detail: str = DEFAULT  # how what a shift does is carried over to the originals
    keep: Keep = "pictures"  # what a translation must leave as it is to be handed over
    fit: str = "crop"
    split: str = "60/20/20"
    group_regex: str | None = None
    label_from: str | None = None
    equalise: str | None = None
    max_bad: str = "5%"
    seed: int = 0


PRESETS = {
    "quick": StudySettings(),
    "standard": StudySettings(
        preset="standard",
        size=128,
        networks=(*QUICK_NETWORKS, "resnet152", "vgg16_bn"),
        classifier_sizes=(128, 64),
        vaes=(VaePlan(options={"blocks": 32}, epochs=40),),
    ),
    "thesis": StudySettings(
        preset="thesis",
        size=224,
        networks=("thesis",),
        classifier_sizes=(224, 128, 64, 32),
        vaes=(
            VaePlan("vgg11_bn"),
            VaePlan("resnet152"),
            *(VaePlan(options={"blocks": width}) for width in (16, 32, 64)),
        ),
        vae_size=128,
        shift_methods=("mean",),
        classifier_epochs=10,
        vae_recipe="thesis",
        vae_precision="fp32",
    ),
}


def preset(name: str) -> StudySettings:
    """Return the settings of a preset.

    Raises
    ------
    UsageProblem
        There is none of that name.
    """
    if name not in PRESETS:
        raise unknown("preset", name, PRESETS)
    return PRESETS[name]
