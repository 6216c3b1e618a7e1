"""Candidate latents to latents that were moved towards the reference's."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.options import SHIFTS, AsJson, DryRun, Force, On, Output, Quiet, Seed, Stores, begin

Method = Annotated[str, typer.Option("--method", help=f"{SHIFTS}.")]
Strength = Annotated[float, typer.Option("--strength", help="0 leaves the latents alone, 1 shifts fully.")]
FitOn = Annotated[
    str, typer.Option("--fit-on", help="Splits that the map is fitted on, say train or train+val.")
]


def shift(
    stores: Stores = None,
    method: Method = "mean",
    strength: Strength = 1.0,
    *,
    fit_on: FitOn = "train",
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
    """
    from synthgap_cli.pairing import pair_up
    from synthgap_cli.stages.shift import ShiftSettings, shift_latents
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device="cpu")
    pairs = pair_up(find_inputs(stores or [], [Kind.LATENTS], on=on))
    settings = ShiftSettings(method, strength, fit_on, seed)
    console.finish(shift_latents(pairs, settings, output=output, run=run))
