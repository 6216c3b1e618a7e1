"""A preset with some of its values replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from synthgap_cli.errors import UsageProblem
from synthgap_cli.study.presets import StudySettings, VaePlan, preset


def override(name: str, *, vae: Mapping[str, Any], **values: Any) -> StudySettings:  # noqa: ANN401  as given
    """Return the preset with every value that is not None in place of its own.

    Parameters
    ----------
    name : str
        The preset.
    vae : mapping
        ``architecture``, ``blocks`` and ``epochs``, None where not given.
    values
        Fields of `StudySettings`; lists become tuples, ``none`` alone an empty one.

    Raises
    ------
    UsageProblem
        There is no such preset, or ``blocks`` is given for several VAEs or for one that has none.
    """
    settings = preset(name)
    given = {key: value for key, value in values.items() if value is not None}
    for key in ("networks", "distances", "classifier_sizes", "rivals"):
        if key in given:
            given[key] = () if given[key] == ["none"] else tuple(given[key])
    if "shift_methods" in given:
        given["shift_methods"] = tuple(dict.fromkeys(given["shift_methods"]))  # none is one of them
    if "size" in given and "classifier_sizes" not in given:
        given["classifier_sizes"] = tuple(size for size in settings.classifier_sizes if size < given["size"])
        given["classifier_sizes"] = (given["size"], *given["classifier_sizes"])
    return replace(settings, **given, vaes=_plans(settings, vae))


def _plans(settings: StudySettings, vae: Mapping[str, Any]) -> tuple[VaePlan, ...]:
    plans = settings.vaes
    if vae["architecture"] is not None:
        plans = (VaePlan(vae["architecture"], epochs=plans[0].epochs),)
        if vae["architecture"] == "resvae" and vae["blocks"] is None:
            plans = tuple(plan for plan in settings.vaes if plan.architecture == "resvae")[:1] or plans
    if vae["blocks"] is not None:
        if len(plans) > 1:
            raise UsageProblem(
                f"--blocks is about one VAE, but the preset {settings.preset} trains {len(plans)}.",
                hint="Name one with --arch resvae.",
            )
        plans = (replace(plans[0], options={**plans[0].options, "blocks": vae["blocks"]}),)
    if vae["epochs"] is not None:
        plans = tuple(replace(plan, epochs=vae["epochs"]) for plan in plans)
    return plans
