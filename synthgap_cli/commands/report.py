"""A study directory to its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgap_cli.options import AsJson, Quiet, begin

Studied = Annotated[str, typer.Argument(help="Directory of a study.")]
Out = Annotated[str | None, typer.Option("--output", "-o", help="Default: report.html in that directory.")]


def report(
    directory: Studied = ".",
    *,
    output: Out = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write one HTML page about a study; it opens offline."""
    from synthgap_cli.report.study import write_report

    console, _ = begin(as_json=as_json, quiet=quiet)
    target = Path(output) if output else None
    if output and target and (output.endswith("/") or target.is_dir()):
        target /= "report.html"
    console.finish([write_report(Path(directory), target)])
