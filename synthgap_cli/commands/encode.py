"""Image stores to latent stores."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.errors import UsageProblem
from synthgap_cli.options import (
    AsJson,
    BatchSize,
    Device,
    DryRun,
    Force,
    On,
    Output,
    Precision,
    Quiet,
    Seed,
    Stores,
    begin,
)

VaePath = Annotated[
    str | None, typer.Option("--vae", help="The VAE to encode with. Default: the only one of this directory.")
]
Sample = Annotated[
    bool, typer.Option("--sample", help="Draw from each image's posterior instead of taking its mean.")
]


def encode(
    stores: Stores = None,
    vae: VaePath = None,
    *,
    sample: Sample = False,
    seed: Seed = 0,
    on: On = None,
    output: Output = None,
    batch_size: BatchSize = 64,
    precision: Precision = "fp32",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Map images to the latents of a VAE.

    The latents are the means of the posteriors, or with --sample one draw of each. Given only a VAE (as from
    a pipe), the image stores that it was trained on are encoded.
    """
    from synthgap_cli.stages.encode import encode_images
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs, with_vae

    if seed and not sample:
        raise UsageProblem("--seed is for draws: means need none.", hint="Add --sample.")
    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    found = find_inputs(stores or [], [Kind.IMAGES, Kind.VAE] if stores else [Kind.IMAGES], on=on)
    images, model = with_vae(found, vae)
    paths = encode_images(
        images,
        model,
        output=output,
        batch_size=batch_size,
        precision=precision,
        sample_seed=seed if sample else None,
        run=run,
    )
    console.finish(paths)
