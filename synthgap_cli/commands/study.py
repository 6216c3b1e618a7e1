"""Two folders to a report: every stage, those that are up to date left alone."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from synthgap_cli.options import SHIFTS, AsJson, Device, DryRun, Force, Keep, Quiet, begin

Real = Annotated[str, typer.Argument(help="Folder of real images.", metavar="REAL")]
Synthetic = Annotated[str, typer.Argument(help="Folder of synthetic images.", metavar="SYNTHETIC")]
Out = Annotated[str, typer.Option("--output", "-o", help="Directory of the study.")]
Preset = Annotated[
    Literal["quick", "standard", "thesis"],
    typer.Option("--preset", help="How much: minutes, hours, or days and exactly as in the thesis."),
]
Size = Annotated[int | None, typer.Option("--size", min=8, help="Size of the stored images, in pixels.")]
Networks = Annotated[
    list[str] | None,
    typer.Option("--network", "-n", help="Networks of the content part; none leaves it out."),
]
Weights = Annotated[
    str | None, typer.Option("--weights", help="Of the networks: imagenet, random, or a weights file.")
]
Distances = Annotated[
    list[str] | None,
    typer.Option("--distance", "-d", help="What gap measures between features and latents; none for none."),
]
ClassifierSizes = Annotated[
    list[int] | None, typer.Option("--classifier-size", min=8, help="Sizes to classify originals at.")
]
ClassifierEpochs = Annotated[
    int | None, typer.Option("--classifier-epochs", min=1, help="Passes of each classifier.")
]
Arch = Annotated[str | None, typer.Option("--arch", help="Train this architecture alone.")]
Blocks = Annotated[int | None, typer.Option("--blocks", min=1, help="Width of resvae.")]
Epochs = Annotated[int | None, typer.Option("--epochs", min=1, help="Epochs of each VAE.")]
VaeSize = Annotated[int | None, typer.Option("--vae-size", min=8, help="Image size of the VAE.")]
RecipeName = Annotated[
    Literal["default", "thesis"] | None, typer.Option("--recipe", help="How the VAE is trained.")
]
Precision = Annotated[
    Literal["fp32", "bf16", "auto"] | None, typer.Option("--precision", help="Of the VAE's training.")
]
Methods = Annotated[
    list[str] | None, typer.Option("--method", help=f"How latents are shifted, one or more of {SHIFTS}.")
]
Rivals = Annotated[
    list[str] | None,
    typer.Option("--rival", help="Shifts of pixels to hold the VAE against, one or more; none for none."),
]
Base = Annotated[str | None, typer.Option("--base", help="How modes moves each kind of image.")]
Strength = Annotated[float | None, typer.Option("--strength", help="0 leaves the latents, 1 shifts fully.")]
Fit = Annotated[
    Literal["crop", "squash", "pad"] | None, typer.Option("--fit", help="What to do with oblong images.")
]
Split = Annotated[str | None, typer.Option("--split", help="Shares of train/val/test.")]
GroupRegex = Annotated[
    str | None,
    typer.Option("--group-regex", help="What in the relative path tells the scene. Default: the folder."),
]
LabelFrom = Annotated[
    str | None, typer.Option("--label-from", help="folder, a regular expression, or a CSV file.")
]
Equalise = Annotated[
    str | None,
    typer.Option("--equalise", help="auto, or size:S,jpeg:Q: put both sides through the same treatment."),
]
MaxBad = Annotated[str | None, typer.Option("--max-bad", help="Share of unreadable files that is a failure.")]
Translate = Annotated[
    str | None,
    typer.Option("--translate", metavar="DIR", help="End with the synthetic folder translated, to train on."),
]
Detail = Annotated[
    str | None,
    typer.Option("--detail", help="How a shift reaches the full size: affine, a colour model, or residual."),
]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of every random choice; recorded.")]


def study(
    real: Real,
    synthetic: Synthetic,
    preset: Preset = "quick",
    *,
    output: Out = "study",
    translate: Translate = None,
    keep: Keep = "pictures",
    detail: Detail = None,
    size: Size = None,
    network: Networks = None,
    weights: Weights = None,
    distance: Distances = None,
    classifier_size: ClassifierSizes = None,
    classifier_epochs: ClassifierEpochs = None,
    arch: Arch = None,
    blocks: Blocks = None,
    epochs: Epochs = None,
    vae_size: VaeSize = None,
    recipe: RecipeName = None,
    precision: Precision = None,
    method: Methods = None,
    rival: Rivals = None,
    base: Base = None,
    strength: Strength = None,
    fit: Fit = None,
    split: Split = None,
    group_regex: GroupRegex = None,
    label_from: LabelFrom = None,
    equalise: Equalise = None,
    max_bad: MaxBad = None,
    seed: Seed = None,
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Carry a study from two folders of images to a report.

    Measures the gap, trains a VAE, shifts the synthetic latents, decodes, and measures again, with
    decoded unshifted images as controls. Running it again continues it: a stage whose inputs and settings
    have not changed is left alone. The options override the preset's values.
    """
    from synthgap_cli.study.overriding import override
    from synthgap_cli.study.running import run_study

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    settings = override(
        preset,
        size=size,
        networks=network,
        weights=weights,
        distances=distance,
        classifier_sizes=classifier_size,
        classifier_epochs=classifier_epochs,
        vae_size=vae_size,
        vae_recipe=recipe,
        vae_precision=precision,
        shift_methods=method,
        rivals=rival,
        keep=keep,
        detail=detail,
        shift_base=base,
        strength=strength,
        fit=fit,
        split=split,
        group_regex=group_regex,
        label_from=label_from,
        equalise=equalise,
        max_bad=max_bad,
        seed=seed,
        vae={"architecture": arch, "blocks": blocks, "epochs": epochs},
    )
    console.finish(run_study(real, synthetic, output, settings, translate=translate, run=run))
