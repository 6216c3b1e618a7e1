"""Candidate latents, or pixels, to ones that were moved towards the reference's."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.options import SHIFTS, AsJson, DryRun, Force, On, Output, Quiet, Seed, Stores, begin

Method = Annotated[str, typer.Option("--method", help=f"{SHIFTS}.")]
Strength = Annotated[
    list[float] | None,
    typer.Option(
        "--strength",
        help="0 leaves the latents alone, 1 shifts fully, the default; repeatable, a store each.",
    ),
]
FitOn = Annotated[
    str, typer.Option("--fit-on", help="Splits that the map is fitted on, say train or train+val.")
]
ChooseOn = Annotated[str, typer.Option("--choose-on", help="auto: splits that it chooses by.")]
Base = Annotated[str, typer.Option("--base", help="modes: how each kind of image is moved, say mean or ot.")]
Clusters = Annotated[
    int | None,
    typer.Option(
        "--clusters",
        min=1,
        help="modes: find so many kinds, whatever the labels. Without them: 1 for 50 rows, up to 10.",
    ),
]
RealLabels = Annotated[
    bool, typer.Option("--real-labels", help="modes: take real labels, too, rather than find them.")
]
Fitted = Annotated[
    str | None,
    typer.Option("--fitted", help="Apply the shift of this store to others; no reference is needed."),
]
OfPixels = Annotated[bool, typer.Option("--pixels", help="Shift the pixels of image stores, not latents.")]


def shift(
    stores: Stores = None,
    method: Method = "mean",
    strength: Strength = None,
    *,
    fit_on: FitOn = "train",
    choose_on: ChooseOn = "val",
    base: Base = "mean",
    clusters: Clusters = None,
    real_labels: RealLabels = False,
    fitted: Fitted = None,
    pixels: OfPixels = False,
    seed: Seed = 0,
    on: On = None,
    output: Output = None,
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Move synthetic latents towards the real ones.

    The map is fitted on the training rows of both sides and applied to all rows of the candidate.
    Latents are moved, to be decoded; or the pixels of image stores, where these are named.
    """
    from synthgap_cli.pairing import pair_up
    from synthgap_cli.stages.shift import ShiftSettings, shift_latents
    from synthgap_cli.stages.shift_again import shift_again
    from synthgap_cli.stages.shift_spaces import kinds_to_shift
    from synthgap_cli.study_dir import find_inputs
    from synthgap_cli.tables.shift_choice import show_choice

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device="cpu")
    kinds = kinds_to_shift(stores or [], pixels=pixels, fitted=fitted)
    latents = find_inputs(stores or [], kinds, on=on)
    strengths = strength or ()
    settings = ShiftSettings(
        method,
        fit_on=fit_on,
        seed=seed,
        choose_on=choose_on,
        base=base,
        clusters=clusters,
        real_labels=real_labels,
    )
    if fitted:
        settings.leave_to(fitted)
        paths = shift_again(latents, fitted, output=output, run=run, strengths=strengths)
    else:
        paths = shift_latents(pair_up(latents), settings, output=output, run=run, strengths=strengths)
    console.finish(paths, shifts=show_choice(console, paths))
