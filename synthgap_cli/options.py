"""Options that several commands share, and the circumstances they describe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from synthgap_cli import plugins
from synthgap_cli.console import Console
from synthgap_cli.errors import ExitCode

if TYPE_CHECKING:
    from synthgap_cli.conditions import Condition
    from synthgap_cli.stages.run import Run

SHIFTS = ", ".join(plugins.names("synthgap_cli.shifts.methods"))

Stores = Annotated[
    list[str] | None,
    typer.Argument(help="Stores to read; '-' reads paths from stdin. Default: those of this directory."),
]
On = Annotated[
    str | None,
    typer.Option(
        "--on", help="Work on the stores with these steps, say resvae-64.mean, not on the originals."
    ),
]
Output = Annotated[
    str | None, typer.Option("--output", "-o", help="Where to write. Default: a name that tells the steps.")
]
Directory = Annotated[str, typer.Option("--output", "-o", help="Directory to write into.")]
Force = Annotated[bool, typer.Option("--force", help="Replace outputs that exist.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be read and written, and do nothing.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout instead of paths.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1, mps.")]
Keep = Annotated[
    Literal["pictures", "labels"],
    typer.Option(
        "--keep",
        help="What a translation must keep to be handed over: pictures, for boxes and masks, or labels.",
    ),
]
Precision = Annotated[
    Literal["fp32", "bf16", "fp16", "auto"], typer.Option("--precision", help="auto: bf16 where it pays.")
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if", help="Exit with 10 if this holds of a number in the summary, NAME>LIMIT; repeatable."
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of every random choice; recorded.")]
Split = Annotated[
    str | None,
    typer.Option(
        "--split", help="Rows to compare: all, or train, val, test joined by +. Default: those unseen."
    ),
]
MaxBad = Annotated[str, typer.Option("--max-bad", help="Share of unreadable files that is a failure.")]
BatchSize = Annotated[int, typer.Option("--batch-size", min=1, help="Images at once; changes speed only.")]


def begin(
    *,
    force: bool = False,
    dry_run: bool = False,
    as_json: bool = False,
    quiet: bool = False,
    device: str = "auto",
) -> tuple[Console, Run]:
    """Return where a command reports to, and how its stages are to run."""
    from synthgap_cli.stages.run import Run

    console = Console(quiet=quiet, as_json=as_json)
    return console, Run(
        reporter=console,
        argv=tuple(sys.argv),
        device=device,
        replace="always" if force else "never",
        dry_run=dry_run,
    )


def end(
    console: Console,
    paths: Iterable[Path],
    *,
    conditions: Sequence[Condition],
    measured: Iterable[tuple[str, Mapping[str, float]]],
    **facts: Any,  # noqa: ANN401  whatever JSON can hold
) -> None:
    """Print what was written; leave with `ExitCode.FOUND` if a condition holds of something measured.

    Raises
    ------
    SynthgapError
        None holds, but a number that was asked about is unknown.
    """
    from synthgap_cli.conditions import conditions_that_hold

    holding = conditions_that_hold(conditions, measured)
    for sentence in holding:
        console.warn(sentence)
    console.finish(paths, **facts)
    if holding:
        raise typer.Exit(ExitCode.FOUND)
