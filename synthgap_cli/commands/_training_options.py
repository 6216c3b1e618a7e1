"""The options of train-vae: of the network, of the recipe, of the way it is computed."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

NETWORK, RECIPE, COMPUTING = "Network", "Recipe (each overrides the recipe's value)", "Computing"

Arch = Annotated[
    str,
    typer.Option(
        "--arch",
        help="resvae, attention, compact, classic, or a network of torchvision in front, as resnet152.",
        rich_help_panel=NETWORK,
    ),
]
Blocks = Annotated[
    int | None,
    typer.Option(
        "--blocks", min=1, help="Width of resvae: 16, 32, 64 or any other.", rich_help_panel=NETWORK
    ),
]
Norm = Annotated[
    Literal["group", "instance", "none"] | None,
    typer.Option(
        "--norm",
        help="Of resvae. instance, with --pad reflect, is blind to exposure.",
        rich_help_panel=NETWORK,
    ),
]
Pad = Annotated[
    Literal["zero", "reflect"] | None,
    typer.Option("--pad", help="How resvae sees beyond the border.", rich_help_panel=NETWORK),
]
Reparam = Annotated[
    Literal["unit", "gaussian"] | None,
    typer.Option("--reparam", help="unit: z ~ N(mu, I); gaussian: learned variance", rich_help_panel=NETWORK),
]
Frozen = Annotated[
    bool | None,
    typer.Option(
        "--frozen/--fine-tune", help="Whether a pretrained front stays as it is.", rich_help_panel=NETWORK
    ),
]
NetworkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME=VALUE",
        help="Any option of the architecture, as width=48; a wrong one lists them. Repeatable.",
        rich_help_panel=NETWORK,
    ),
]
Size = Annotated[
    int | None,
    typer.Option(
        "--size",
        min=1,
        help="Image size to train at. Default: 128, or the stores' if smaller.",
        rich_help_panel=NETWORK,
    ),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        help="Of a pretrained front or of --perceptual: imagenet, random or a file; NETWORK=FILE for one.",
        rich_help_panel=NETWORK,
    ),
]

RecipeName = Annotated[
    Literal["default", "thesis"],
    typer.Option(
        "--recipe", help="thesis: exactly its optimizer, schedule and epochs.", rich_help_panel=RECIPE
    ),
]
Epochs = Annotated[int | None, typer.Option("--epochs", min=1, rich_help_panel=RECIPE)]
BatchSize = Annotated[
    int | None,
    typer.Option("--batch-size", min=1, help="Images of an optimizer step.", rich_help_panel=RECIPE),
]
OptimizerName = Annotated[
    Literal["adam", "adamw"] | None, typer.Option("--optimizer", rich_help_panel=RECIPE)
]
WeightDecay = Annotated[float | None, typer.Option("--weight-decay", rich_help_panel=RECIPE)]
Betas = Annotated[
    tuple[float, float] | None, typer.Option("--betas", help="Of Adam.", rich_help_panel=RECIPE)
]
Eps = Annotated[float | None, typer.Option("--eps", help="Of Adam.", rich_help_panel=RECIPE)]
ScheduleName = Annotated[
    Literal["cyclic", "one-cycle", "cosine", "constant"] | None,
    typer.Option("--schedule", help="Of the learning rate, step by step.", rich_help_panel=RECIPE),
]
LrHigh = Annotated[float | None, typer.Option("--lr", help="Highest learning rate.", rich_help_panel=RECIPE)]
LrLow = Annotated[
    float | None, typer.Option("--lr-low", help="Lowest learning rate.", rich_help_panel=RECIPE)
]
CycleSteps = Annotated[
    int | None,
    typer.Option("--cycle-steps", min=2, help="Steps of a full cycle of cyclic.", rich_help_panel=RECIPE),
]
LossName = Annotated[
    Literal["mse", "l1", "charbonnier"] | None,
    typer.Option("--loss", help="Between intensities.", rich_help_panel=RECIPE),
]
SsimWeight = Annotated[
    float | None,
    typer.Option("--ssim-weight", help="Weight of 1 - SSIM.", rich_help_panel=RECIPE),
]
PerceptualName = Annotated[
    str | None,
    typer.Option(
        "--perceptual",
        help="A network that extract knows, whose features the loss compares too.",
        rich_help_panel=RECIPE,
    ),
]
PerceptualWeight = Annotated[
    float | None, typer.Option("--perceptual-weight", help="Default: 0.02.", rich_help_panel=RECIPE)
]
Beta = Annotated[float | None, typer.Option("--beta", help="Weight of the KL term.", rich_help_panel=RECIPE)]
KlWarmUp = Annotated[
    float | None,
    typer.Option("--kl-warm-up", help="Share of the steps in which beta grows.", rich_help_panel=RECIPE),
]
FreeBits = Annotated[
    float | None,
    typer.Option("--free-bits", help="Nats of each latent that cost nothing.", rich_help_panel=RECIPE),
]
Augment = Annotated[
    Literal["none", "light", "strong-colour"] | None, typer.Option("--augment", rich_help_panel=RECIPE)
]
Balanced = Annotated[
    bool | None,
    typer.Option(
        "--balanced/--no-balanced",
        help="Whether every domain has the same share of an epoch, or every image.",
        rich_help_panel=RECIPE,
    ),
]
ClipNorm = Annotated[
    float | None,
    typer.Option("--clip-norm", help="Largest norm of the gradient.", rich_help_panel=RECIPE),
]
Ema = Annotated[
    float | None,
    typer.Option(
        "--ema", help="Decay of a moving average of the weights, which is then kept.", rich_help_panel=RECIPE
    ),
]

Accumulate = Annotated[
    int,
    typer.Option(
        "--accumulate",
        min=1,
        help="Compute a batch in so many parts, one after the other: less memory.",
        rich_help_panel=COMPUTING,
    ),
]
Compiled = Annotated[
    bool,
    typer.Option(
        "--compile", help="Compile the network: slow to start, then faster.", rich_help_panel=COMPUTING
    ),
]
Devices = Annotated[
    int,
    typer.Option(
        "--devices",
        min=1,
        help="Processes that share each batch, a GPU each where there are GPUs.",
        rich_help_panel=COMPUTING,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume/--restart",
        help="Continue an interrupted training, or begin it anew.",
        rich_help_panel=COMPUTING,
    ),
]
OverfitBatch = Annotated[
    bool,
    typer.Option(
        "--overfit-batch",
        help="Learn one batch by heart, to see that the network can, and write nothing.",
        rich_help_panel=COMPUTING,
    ),
]
