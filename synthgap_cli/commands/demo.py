"""A study that needs no data, no network and three minutes."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.options import AsJson, Device, DryRun, Force, Quiet, Seed, begin

Out = Annotated[str, typer.Option("--output", "-o", help="Directory of the study.")]
Epochs = Annotated[int, typer.Option("--epochs", min=1, help="Epochs of the VAE.")]
Networks = Annotated[
    list[str] | None,
    typer.Option("--network", "-n", help="Look at the content with these networks too; may download."),
]


def demo(
    *,
    output: Out = "synthgap-demo",
    epochs: Epochs = 5,
    network: Networks = None,
    seed: Seed = 0,
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Carry out a small study that needs no data.

    Handwritten digits against digits rendered from fonts. The real ones come with scikit-learn. The
    synthetic ones are rendered from the fonts that matplotlib ships and go through the same
    acquisition. Nothing is downloaded.
    """
    from synthgap_cli.study.demo import run_demo

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    console.finish(run_demo(output, epochs=epochs, networks=tuple(network or ()), seed=seed, run=run))
