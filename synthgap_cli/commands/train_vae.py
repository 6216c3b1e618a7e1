"""Image stores to a trained VAE."""

from __future__ import annotations

from typing import Annotated, Literal

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

Arch = Annotated[
    str, typer.Option("--arch", help="resvae, attention, compact, classic, resnet152, vgg11_bn or vgg16_bn.")
]
Blocks = Annotated[
    int | None, typer.Option("--blocks", min=1, help="Width of resvae: 16, 32, 64 or any other.")
]
Size = Annotated[
    int | None,
    typer.Option("--size", min=1, help="Image size to train at. Default: 128, or the stores' if smaller."),
]
RecipeName = Annotated[
    Literal["default", "thesis"],
    typer.Option("--recipe", help="thesis: exactly its optimizer, schedule and epochs."),
]
Epochs = Annotated[int | None, typer.Option("--epochs", min=1, help="Overrides the recipe's.")]
Batch = Annotated[int | None, typer.Option("--batch-size", min=1, help="Overrides the recipe's.")]
LrHigh = Annotated[float | None, typer.Option("--lr", help="Highest learning rate; overrides the recipe's.")]
Beta = Annotated[float | None, typer.Option("--beta", help="Weight of the KL term; overrides the recipe's.")]
Augment = Annotated[
    Literal["none", "light", "strong-colour"] | None,
    typer.Option("--augment", help="Overrides the recipe's."),
]
Weights = Annotated[
    str, typer.Option("--weights", help="Of a pretrained front: imagenet, random, or a weights file.")
]
Resume = Annotated[
    bool, typer.Option("--resume/--restart", help="Continue an interrupted training, or begin it anew.")
]


def train_vae(
    stores: Stores = None,
    arch: Arch = "resvae",
    blocks: Blocks = None,
    size: Size = None,
    recipe: RecipeName = "default",
    epochs: Epochs = None,
    batch_size: Batch = None,
    learning_rate: LrHigh = None,
    beta: Beta = None,
    augment: Augment = None,
    *,
    weights: Weights = "imagenet",
    resume: Resume = True,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    precision: Precision = "auto",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train an autoencoder on real and synthetic images.

    Keeps the checkpoint with the best validation PSNR, and the losses as a results store and a CSV file.
    """
    from synthgap_cli.stages.train_vae import TrainSettings, train_on
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    images = find_inputs(stores or [], [Kind.IMAGES], on=on)
    settings = TrainSettings(
        architecture=arch,
        options={} if blocks is None else {"blocks": blocks},
        image_size=size,
        recipe=recipe,
        overrides={
            "epochs": epochs,
            "batch_size": batch_size,
            "lr_high": learning_rate,
            "beta": beta,
            "augment": augment,
        },
        weights=weights,
        precision=precision,
        seed=seed,
    )
    console.finish(train_on(images, settings, output=output, resume=resume, run=run))
