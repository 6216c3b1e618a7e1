"""Image stores to feature stores."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from synthgap_cli.console import Console, to_json
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
        "--network",
        "-n",
        help="A torchvision network, timm/NAME, efficientnet_lite0 (its weights come by pip), "
        "or thesis for its eight. Repeatable.",
    ),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        help="imagenet (the default), random, or a .pth or .safetensors file; "
        "NETWORK=FILE for one of several. Repeatable.",
    ),
]
Layers = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        help="The layer whose output is described, or NETWORK=LAYER. Default: the input of the last "
        "linear layer. Repeatable.",
    ),
]
Pool = Annotated[
    Literal["avg", "max", "flatten", "mean-std", "gram"] | None,
    typer.Option("--pool", help="How the layer's maps become one vector. Default: avg."),
]
ListLayers = Annotated[
    str | None,
    typer.Option(
        "--list-layers",
        metavar="NETWORK",
        help="Print the layers of a network with their shapes, and do nothing.",
    ),
]


def extract(
    stores: Stores = None,
    network: Networks = None,
    *,
    weights: Weights = None,
    layer: Layers = None,
    pool: Pool = None,
    list_layers: ListLayers = None,
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

    The features are the input of the network's last linear layer: its content. Early layers pooled by
    mean-std or gram are style. All networks are fed in one pass.
    """
    from synthgap_cli.stages.extract import extract_features
    from synthgap_cli.stages.views import ExtractSettings
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    if list_layers:
        _print_layers(list_layers, console, as_json=as_json)
        return
    if not network:
        raise UsageProblem("extract needs a network.", hint="synthgap extract -n resnet152, or -n thesis.")
    images = find_inputs(stores or [], [Kind.IMAGES], on=on)
    settings = ExtractSettings(
        tuple(network), tuple(weights or ()), tuple(layer or ()), pool, seed=seed, precision=precision
    )
    console.finish(extract_features(images, settings, output=output, batch_size=batch_size, run=run))


def _print_layers(network: str, console: Console, *, as_json: bool) -> None:
    from dataclasses import asdict

    from synthgap_cli.extractors.loading import layers_of
    from synthgap_cli.tables.layers import layer_lines

    layers = layers_of(network)
    if as_json:
        console.text(to_json({"network": network, "layers": [asdict(layer) for layer in layers]}))
    else:
        console.text(layer_lines(layers))
