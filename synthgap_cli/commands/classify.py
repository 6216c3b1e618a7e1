"""Image stores to a small classifier that tells real from synthetic."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgap_cli.options import (
    AsJson,
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

Sizes = Annotated[
    list[int] | None,
    typer.Option("--size", min=8, help="Image size to judge at; repeatable. Default: the stores'."),
]
Epochs = Annotated[int, typer.Option("--epochs", min=1, help="Passes over the training rows.")]
StyleFeatures = Annotated[
    bool, typer.Option("--style-features", help="Write the 64-d penultimate layer as feature stores too.")
]


def classify(
    stores: Stores = None,
    size: Sizes = None,
    *,
    epochs: Epochs = 10,
    style_features: StyleFeatures = False,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    precision: Precision = "fp32",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train a small network to tell real from synthetic images.

    The network, optimizer and settings are the thesis'. It learns from the train and val rows, one
    model for each size; the area under the ROC curve is of the test rows.
    """
    from synthgap_cli.stages.classify import ClassifySettings, classify_pairs
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs, pair_up
    from synthgap_cli.tables.classification import show_classification

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    pairs = pair_up(find_inputs(stores or [], [Kind.IMAGES], on=on))
    settings = ClassifySettings(tuple(size or ()), epochs, seed, precision, style_features)
    paths = classify_pairs(pairs, settings, output=output, run=run)
    console.finish(paths, summary=show_classification(console, paths))
