"""The options of train-vae: of the network, of the recipe, whose values they override, of computing it."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Arch = Annotated[
    str,
    typer.Option(
        "--arch",
        help="resvae, attention, compact, classic, or a network of torchvision in front, as resnet152.",
    ),
]
Blocks = Annotated[
    int | None,
    typer.Option("--blocks", min=1, help="Width of resvae: 16, 32, 64 or any other."),
]
Norm = Annotated[
    Literal["group", "instance", "none"] | None,
    typer.Option("--norm", help="Of resvae. instance, with --pad reflect, is blind to exposure."),
]
Pad = Annotated[
    Literal["zero", "reflect"] | None,
    typer.Option("--pad", help="How resvae sees beyond the border."),
]
Reparam = Annotated[
    Literal["unit", "gaussian"] | None,
    typer.Option("--reparam", help="unit: z ~ N(mu, I); gaussian: learned variance."),
]
Frozen = Annotated[
    bool | None,
    typer.Option("--frozen/--fine-tune", help="Whether a pretrained front stays as it is."),
]
NetworkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        metavar="NAME=VALUE",
        help="Any option of the architecture, as width=48; a wrong one lists them. Repeatable.",
    ),
]
Size = Annotated[
    int | None,
    typer.Option("--size", min=1, help="Image size to train at. Default: 128, or the stores' if smaller."),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        help="Of a pretrained front or of --perceptual: imagenet, random or a file; NETWORK=FILE for one.",
    ),
]

RecipeName = Annotated[
    Literal["default", "thesis"],
    typer.Option("--recipe", help="thesis: exactly its optimizer, schedule and epochs."),
]
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", min=1, help="Passes over as many images as there are."),
]
BatchSize = Annotated[
    int | None,
    typer.Option("--batch-size", min=1, help="Images of an optimizer step."),
]
OptimizerName = Annotated[
    Literal["adam", "adamw"] | None,
    typer.Option("--optimizer", help="adam, or adamw, whose weight decay stays out of the moments."),
]
WeightDecay = Annotated[
    float | None,
    typer.Option("--weight-decay", help="Pull of the weights towards zero."),
]
Betas = Annotated[tuple[float, float] | None, typer.Option("--betas", help="Of Adam.")]
Eps = Annotated[float | None, typer.Option("--eps", help="Of Adam.")]
ScheduleName = Annotated[
    Literal["cyclic", "one-cycle", "cosine", "constant"] | None,
    typer.Option("--schedule", help="Of the learning rate, step by step."),
]
LrHigh = Annotated[float | None, typer.Option("--lr", help="Highest learning rate.")]
LrLow = Annotated[float | None, typer.Option("--lr-low", help="Lowest learning rate.")]
CycleSteps = Annotated[
    int | None,
    typer.Option("--cycle-steps", min=2, help="Steps of a full cycle of cyclic."),
]
LossName = Annotated[
    Literal["mse", "l1", "charbonnier"] | None,
    typer.Option("--loss", help="Between intensities."),
]
SsimWeight = Annotated[
    float | None,
    typer.Option("--ssim-weight", help="Weight of 1 - SSIM."),
]
PerceptualName = Annotated[
    str | None,
    typer.Option("--perceptual", help="A network that extract knows, whose features the loss compares too."),
]
PerceptualWeight = Annotated[float | None, typer.Option("--perceptual-weight", help="Weight of that.")]
Beta = Annotated[float | None, typer.Option("--beta", help="Weight of the KL term.")]
KlWarmUp = Annotated[
    float | None,
    typer.Option("--kl-warm-up", help="Share of the steps in which beta grows."),
]
FreeBits = Annotated[
    float | None,
    typer.Option("--free-bits", help="Nats of each latent that cost nothing."),
]
Augment = Annotated[
    Literal["none", "light", "strong-colour"] | None,
    typer.Option("--augment", help="Random changes of mirroring and colour."),
]
Balanced = Annotated[
    bool | None,
    typer.Option(
        "--balanced/--no-balanced",
        help="Whether every domain has the same share of an epoch, or every image.",
    ),
]
ClipNorm = Annotated[
    float | None,
    typer.Option("--clip-norm", help="Largest norm of the gradient."),
]
Ema = Annotated[
    float | None,
    typer.Option("--ema", help="Decay of a moving average of the weights, which is then kept."),
]

Accumulate = Annotated[
    int,
    typer.Option(
        "--accumulate", min=1, help="Compute a batch in so many parts, one after the other: less memory."
    ),
]
Compiled = Annotated[
    bool,
    typer.Option("--compile", help="Compile the network: slow to start, then faster."),
]
Devices = Annotated[
    int,
    typer.Option(
        "--devices", min=1, help="Processes that share each batch, a GPU each where there are GPUs."
    ),
]
Resume = Annotated[
    bool,
    typer.Option("--resume/--restart", help="Continue an interrupted training, or begin it anew."),
]
OverfitBatch = Annotated[
    bool,
    typer.Option(
        "--overfit-batch", help="Learn one batch by heart, to see that the network can, and write nothing."
    ),
]
