"""Image folders to image stores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from synthgap_cli.errors import UsageProblem
from synthgap_cli.options import AsJson, Directory, DryRun, Force, MaxBad, Quiet, Seed, begin

Folders = Annotated[list[str] | None, typer.Argument(help="Folders of one domain; needs --domain.")]
Real = Annotated[list[str] | None, typer.Option("--real", help="Folder of real images; may be repeated.")]
Synthetic = Annotated[
    list[str] | None, typer.Option("--synthetic", help="Folder of synthetic images; may be repeated.")
]
Domain = Annotated[str | None, typer.Option("--domain", help="Name of the domain that FOLDERS hold.")]
Role = Annotated[
    Literal["reference", "candidate"] | None,
    typer.Option("--role", help="Default: reference for the domain real, else candidate."),
]
Size = Annotated[
    int, typer.Option("--size", min=1, max=8192, help="Height and width of the stored images, in pixels.")
]
Fit = Annotated[
    Literal["crop", "squash", "pad"],
    typer.Option("--fit", help="What to do with images that are not square."),
]
Background = Annotated[str, typer.Option("--background", help="Colour behind transparency and padding.")]
Equalise = Annotated[
    str | None,
    typer.Option(
        "--equalise",
        help="Put every image through one resize and one JPEG encoder first: size:S,jpeg:Q, or auto.",
    ),
]
LabelFrom = Annotated[
    str | None, typer.Option("--label-from", help="folder, a regular expression on the path, or a CSV file.")
]
GroupRegex = Annotated[
    str | None,
    typer.Option("--group-regex", help="What in the relative path tells the scene. Default: the folder."),
]
Split = Annotated[str, typer.Option("--split", help="Shares of train/val/test.")]
Workers = Annotated[int, typer.Option("--workers", min=0, help="Threads that decode; 0: one a processor.")]


def prepare(
    folders: Folders = None,
    real: Real = None,
    synthetic: Synthetic = None,
    domain: Domain = None,
    role: Role = None,
    *,
    size: Size = 224,
    fit: Fit = "crop",
    background: Background = "white",
    equalise: Equalise = None,
    label_from: LabelFrom = None,
    group_regex: GroupRegex = None,
    split: Split = "60/20/20",
    max_bad: MaxBad = "5%",
    seed: Seed = 0,
    workers: Workers = 0,
    output: Directory = ".",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read folders of images into stores of one size.

    Splits are made here, and the traits of the source files recorded; --equalise keeps differences of
    size and compression between the folders from the pixels. Reads JPEG, PNG, WebP, BMP, TIFF
    and GIF (first frame) below each folder. Unreadable files are skipped and listed in
    <store>.rejects.csv.
    """
    from synthgap_cli.stages.folders import Folders
    from synthgap_cli.stages.prepare import PrepareSettings, prepare_domains

    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device="cpu")
    settings = PrepareSettings(
        size=size,
        fit=fit,
        background=background,
        split=split,
        seed=seed,
        group_regex=group_regex,
        label_from=label_from,
        max_bad=max_bad,
        equalise=equalise,
    )
    domains = [
        Folders(name, part, tuple(map(Path, roots)))
        for name, part, roots in _domains(folders, real, synthetic, domain, role)
    ]
    console.finish(prepare_domains(domains, settings, directory=output, workers=workers, run=run))


def _domains(
    folders: list[str] | None,
    real: list[str] | None,
    synthetic: list[str] | None,
    domain: str | None,
    role: str | None,
) -> list[tuple[str, str, list[str]]]:
    """Return name, role and folders of each domain that the command line names."""
    if folders and (real or synthetic):
        raise UsageProblem("Give either folders with --domain, or --real and --synthetic.")
    if folders and domain is None:
        raise UsageProblem(
            "These folders need a name.", hint="Add --domain NAME, or use --real and --synthetic."
        )
    if folders and domain:
        return [(domain, role or ("reference" if domain == "real" else "candidate"), folders)]
    named = (("real", "reference", real or []), ("synthetic", "candidate", synthetic or []))
    if not (real or synthetic) or domain or role:
        raise UsageProblem(
            "prepare needs folders of images.", hint="synthgap prepare --real DIR --synthetic DIR"
        )
    return [entry for entry in named if entry[2]]
