"""Image stores to feature stores."""

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

Networks = Annotated[
    list[str] | None,
    typer.Option(
        "--network", "-n", help="A torchvision network, timm/NAME, or thesis for its eight. Repeatable."
    ),
]
Weights = Annotated[str, typer.Option("--weights", help="imagenet, random, or a .pth or .safetensors file.")]


def extract(
    stores: Stores = None,
    network: Networks = None,
    *,
    weights: Weights = "imagenet",
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    batch_size: BatchSize = 32,
    precision: Precision = "fp32",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Describe images by the features of pretrained networks.

    The features are the input of the network's last linear layer. All networks are fed in one pass.
    """
    from synthgap_cli.stages.extract import ExtractSettings, extract_features
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    if not network:
        raise UsageProblem("extract needs a network.", hint="synthgap extract -n resnet152, or -n thesis.")
    images = find_inputs(stores or [], [Kind.IMAGES], on=on)
    settings = ExtractSettings(tuple(network), weights, seed, precision)
    console.finish(extract_features(images, settings, output=output, batch_size=batch_size, run=run))
