"""A folder of synthetic images to the same folder, translated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgap_cli.options import AsJson, Device, DryRun, Force, Keep, MaxBad, Precision, Quiet, begin

Folder = Annotated[
    str, typer.Argument(help="Folder of synthetic images, with their annotations.", metavar="FOLDER")
]
Out = Annotated[str, typer.Option("--output", "-o", help="Folder to write; it mirrors the one that is read.")]
Using = Annotated[
    str | None,
    typer.Option(
        "--using",
        metavar="STEPS|FILE",
        help="The shift to apply: steps of the study in this directory, as resvae-32.ot-0p5, or a file of "
        "shifted latents. Default: the one that the study chose.",
    ),
]
Strength = Annotated[
    float | None,
    typer.Option("--strength", help="0 changes nothing, 1 shifts fully. Default: as it was fitted."),
]
DetailName = Annotated[
    str,
    typer.Option(
        "--detail", help="How the change reaches the full size: affine, a local colour model, or residual."
    ),
]
Split = Annotated[
    str | None,
    typer.Option("--split", help="Translate these splits of the study alone, say train or train+val."),
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        "--include",
        metavar="GLOB",
        help="Translate images of such paths alone; repeatable. All else is copied.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="GLOB", help="Copy images of such paths as they are; repeatable."),
]
DropWorst = Annotated[
    str,
    typer.Option(
        "--drop-worst",
        metavar="SHARE",
        help="Leave out a share, say 5%: images that still look most synthetic or have lost most content.",
    ),
]
ShardOf = Annotated[
    str, typer.Option("--shard", metavar="I/N", help="Translate the i-th of n parts of the images.")
]


def translate(
    folder: Folder,
    output: Out,
    *,
    using: Using = None,
    keep: Keep = "pictures",
    detail: DetailName = "affine",
    strength: Strength = None,
    split: Split = None,
    include: Include = None,
    exclude: Exclude = None,
    drop_worst: DropWorst = "0%",
    max_bad: MaxBad = "5%",
    shard: ShardOf = "1/1",
    precision: Precision = "auto",
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a training set: a folder of images, translated.

    Its images are changed at their own size as a fitted shift says. Tree, names, sizes and formats stay, and
    every other file is copied as it is: shapes do not move, so boxes and masks stay true. manifest.csv tells
    of each image, translation.json where all of it comes from. Typed again after an interruption it goes on
    where it was.
    """
    from synthgap_cli.stages.translate import (
        TranslateSettings,
        parse_shard,
        require_writable,
        translate_folder,
    )
    from synthgap_cli.stages.translation.finding import find_shift

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    require_writable(Path(folder), Path(output))
    settings = TranslateSettings(
        detail, strength, split, tuple(include or ()), tuple(exclude or ()), drop_worst, precision
    )
    facts = translate_folder(
        Path(folder),
        Path(output),
        find_shift(using, Path(), run.reporter, keep=keep),
        settings,
        shard=parse_shard(shard),
        max_bad=max_bad,
        run=run,
    )
    console.finish([] if dry_run else [Path(output)], **facts)
