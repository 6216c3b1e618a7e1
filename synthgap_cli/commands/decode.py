"""Latent stores to image stores, and to PNG files."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.options import AsJson, BatchSize, Device, DryRun, Force, On, Output, Quiet, Stores, begin

Png = Annotated[
    str | None, typer.Option("--png", help="Write PNG files and a manifest.csv below this folder too.")
]
VaePath = Annotated[
    str | None, typer.Option("--vae", help="The VAE to decode with. Default: the one that encoded.")
]


def decode(
    stores: Stores = None,
    png: Png = None,
    vae: VaePath = None,
    *,
    on: On = None,
    output: Output = None,
    batch_size: BatchSize = 64,
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Map latents back to images.

    By default all latents of this directory. Decoded real images and decoded synthetic ones are the
    controls of the decoded shifted ones.
    """
    from synthgap_cli.stages.decode import decode_latents
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    latents = find_inputs(stores or [], [Kind.LATENTS], on=on, every=True)
    console.finish(decode_latents(latents, vae=vae, png=png, output=output, batch_size=batch_size, run=run))
