"""The treatment that every image of a preparation goes through, and how stores record it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.imaging.equalise import AUTO, ENCODER, Treatment, choose_treatment, parse_treatment
from synthgap_cli.imaging.headers import read_headers
from synthgap_cli.stages.folders import Scanned
from synthgap_cli.stages.run import Reporter


def resolve_treatment(
    asked: str | None, scanned: Sequence[Scanned], *, size: int, reporter: Reporter
) -> Treatment | None:
    """Return the treatment that ``--equalise`` asks for, or None.

    Raises
    ------
    UsageProblem
        The text names no treatment, or ``auto`` is to choose one that fits a single domain.
    InputMissing
        No file of a domain can be opened.
    """
    if asked is None:
        return None
    treatment = _choose(scanned, reporter) if asked == AUTO else parse_treatment(asked)
    if treatment.size is not None and treatment.size < size:
        reporter.warn(
            f"Images are reduced to {treatment.size} pixels and then enlarged to {size}: "
            f"--size {treatment.size} stores as much."
        )
    return treatment


def as_attribute(treatment: Treatment) -> dict[str, Any]:
    """Return what recipe and header record of a treatment."""
    encoder = {} if treatment.jpeg is None else {"encoder": ENCODER}
    return {**asdict(treatment), **encoder}


def describe_attribute(recorded: Mapping[str, Any]) -> str:
    """Return a recorded treatment as ``--equalise`` takes it."""
    return str(Treatment(recorded["size"], recorded["jpeg"]))


def _choose(scanned: Sequence[Scanned], reporter: Reporter) -> Treatment:
    if len(scanned) < 2:
        raise UsageProblem(
            "--equalise auto chooses what suits both sides, but one alone is prepared.",
            hint="Give --real and --synthetic in one command, or say --equalise size:S,jpeg:Q.",
        )
    sides = [read_headers(one.found, track=reporter.track) for one in scanned]
    for one, side in zip(scanned, sides, strict=True):
        if not side:
            raise InputMissing(f"None of the {len(one.found)} files of {one.folders.domain} can be opened.")
    treatment = choose_treatment(sides)
    reporter.note(f"--equalise {treatment}: chosen for both sides.")
    return treatment
