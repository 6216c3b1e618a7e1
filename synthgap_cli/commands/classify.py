"""Image stores to a small classifier that tells real from synthetic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from synthgap_cli.errors import UsageProblem
from synthgap_cli.options import (
    AsJson,
    Device,
    DryRun,
    FailIf,
    Force,
    On,
    Output,
    Quiet,
    Seed,
    Stores,
    begin,
    end,
)

Sizes = Annotated[
    list[int] | None,
    typer.Option("--size", min=8, help="Image size to judge at; repeatable. Default: the stores'."),
]
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", min=1, help="Passes over the training rows. Default: the thesis' 10."),
]
Repeats = Annotated[
    int | None,
    typer.Option("--repeats", min=1, help="Train from as many seeds, to see how much one owes to its seed."),
]
Precision = Annotated[
    Literal["fp32", "bf16", "auto"] | None,
    typer.Option("--precision", help="Of the training; auto: bf16 where it pays. Default: fp32."),
]
Model = Annotated[
    str | None,
    typer.Option("--model", help="Train nothing: let the judge of this classification store score images."),
]
StyleFeatures = Annotated[
    bool, typer.Option("--style-features", help="Write the 64-d penultimate layer as feature stores too.")
]
NoAudit = Annotated[
    bool, typer.Option("--no-audit", help="Do not ask first whether files or simple statistics tell.")
]


def classify(
    stores: Stores = None,
    size: Sizes = None,
    *,
    model: Model = None,
    epochs: Epochs = None,
    repeats: Repeats = None,
    style_features: StyleFeatures = False,
    no_audit: NoAudit = False,
    fail_if: FailIf = None,
    on: On = None,
    output: Output = None,
    seed: Seed = 0,
    precision: Precision = None,
    device: Device = "auto",
    force: Force = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train a small network to tell real from synthetic images.

    The network, optimizer and settings are the thesis'. It learns from the train and val rows, one
    model for each size; how well it does is measured on the test rows. First an audit says how far the
    metadata of the files, or a few simple statistics of the images, tell them apart. With --model a
    network trained before scores the images, and is measured on those that it has not seen.
    """
    from synthgap_cli.conditions import parse_conditions
    from synthgap_cli.pairing import pair_up
    from synthgap_cli.stages.audit import AuditSettings, audit_pairs
    from synthgap_cli.stages.classify import ClassifySettings, classify_pairs
    from synthgap_cli.stages.outputs import directory_of
    from synthgap_cli.stages.rejudge import rejudge
    from synthgap_cli.store.schema import Kind
    from synthgap_cli.study_dir import find_inputs
    from synthgap_cli.tables.audit import show_audit
    from synthgap_cli.tables.classification import ASKABLE, show_classification

    conditions = parse_conditions(fail_if or [], ASKABLE)
    options = {"sizes": tuple(size or ()), "epochs": epochs, "repeats": repeats, "precision": precision}
    given: dict[str, Any] = {name: value for name, value in options.items() if value}
    if model is not None and given:
        named = " and ".join("--size" if name == "sizes" else f"--{name}" for name in given)
        raise UsageProblem(f"{named}: only for a training, and --model trains nothing.")
    console, run = begin(force=force, dry_run=dry_run, as_json=as_json, quiet=quiet, device=device)
    images = find_inputs(stores or [], [Kind.IMAGES], on=on)
    audits: list[Path] = []
    if model is None and not no_audit:
        audits = audit_pairs(pair_up(images), AuditSettings(seed), output=directory_of(output), run=run)
    audit = show_audit(console, audits)
    if model is None:
        settings = ClassifySettings(**given, seed=seed, style_features=style_features)
        paths = classify_pairs(pair_up(images), settings, output=output, run=run)
    else:
        (judge,) = find_inputs([model], [Kind.CLASSIFICATION])
        paths = rejudge(images, judge, seed=seed, style_features=style_features, output=output, run=run)
    summary = show_classification(console, paths)
    measured = [(row["pair"], row) for row in summary]
    end(console, [*audits, *paths], conditions=conditions, measured=measured, summary=summary, audit=audit)
