"""A study directory: which files a command means, and what its outputs are called."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from synthgap_cli.errors import InputMissing, InvalidInput, UsageProblem

if TYPE_CHECKING:
    from synthgap_cli.store.header import Header
    from synthgap_cli.store.schema import Kind

STDIN = "-"


def file_name(domain: str, steps: Iterable[str], kind: Kind) -> str:
    """Return ``<domain>[.<step>...].<kind>.h5``; a file about several domains leaves the first part out."""
    return ".".join(filter(None, (domain, *steps))) + kind.suffix


def find_inputs(
    arguments: Sequence[str], kinds: Sequence[Kind], *, on: str | None = None, every: bool = False
) -> list[Header]:
    """Return the headers of what a command is to read.

    Parameters
    ----------
    arguments : sequence of str
        Paths; ``-`` stands for those on standard input, of which the other kinds are passed over. None:
        the current directory is searched.
    kinds : sequence of Kind
        What the command reads.
    on : str, optional
        Dotted steps: the stores to which just these were done. By default the originals, those with
        the fewest steps.
    every : bool
        Without ``on``, take all stores of the directory rather than the originals.

    Raises
    ------
    InputMissing
        Nothing fits.
    InvalidInput
        A path named in ``arguments`` is of another kind, or no store.
    UsageProblem
        ``on`` is given together with paths.
    """
    if arguments and on is not None:
        raise UsageProblem("--on picks stores of the study directory; it cannot be given with paths.")
    return _read_arguments(arguments, kinds) if arguments else _search(Path(), kinds, on, every=every)


def with_vae(found: Sequence[Header], named: str | None) -> tuple[list[Header], Header]:
    """Return the image stores to encode and the VAE to encode them with.

    The VAE is the one named, the one among ``found``, or the only one of the directory; images that are
    missing are those it was trained on.

    Raises
    ------
    InputMissing
        There is no VAE, or the images it was trained on are gone or changed.
    UsageProblem
        There are several VAEs.
    """
    from synthgap_cli.store.files import find_parent
    from synthgap_cli.store.schema import Kind

    images = [header for header in found if header.kind is Kind.IMAGES]
    given = [named] if named else []
    vaes = [header for header in found if header.kind is Kind.VAE] if not named else []
    vae = only(vaes or find_inputs(given, [Kind.VAE], every=True), "VAE")
    images = images or find_parent(vae, "images")
    if not images:
        raise InputMissing(
            f"The image stores that {vae.path} was trained on are gone or have changed.",
            hint="Name the image stores to encode.",
        )
    return images, vae


def only(headers: Sequence[Header], what: str) -> Header:
    """Return the single header.

    Raises
    ------
    UsageProblem
        There are several; all are listed.
    """
    if len(headers) > 1:
        listed = ", ".join(str(header.path) for header in headers)
        raise UsageProblem(f"There is more than one {what}: {listed}.", hint="Name the one you mean.")
    return headers[0]


def _read_arguments(arguments: Sequence[str], kinds: Sequence[Kind]) -> list[Header]:
    from synthgap_cli.store.files import read_header

    found: dict[Path, Header] = {}
    for argument in arguments:
        if argument == STDIN:
            headers = [read_header(path) for path in read_stdin()]
            fitting = [header for header in headers if header.kind in kinds]
            found |= {header.path: header for header in fitting}
            continue
        header = read_header(Path(argument))
        if header.kind not in kinds:
            raise InvalidInput(f"{argument} holds {header.kind}; {_either(kinds)} is needed here.")
        found[header.path] = header
    if not found:
        raise InputMissing(f"None of the files named on standard input holds {_either(kinds)}.")
    return list(found.values())


def read_stdin() -> list[Path]:
    """Return the paths on standard input: one a line, or the JSON object that ``--json`` prints.

    Raises
    ------
    InputMissing
        There is none: the command before in the pipe has failed.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageProblem("'-' reads paths from a pipe, but there is none on standard input.")
    text = sys.stdin.read()
    if not text.strip():
        raise InputMissing("No paths on standard input.", hint="Did the previous command fail?")
    if text.lstrip().startswith("{"):
        return _paths_of_json(text)
    return [Path(line.removesuffix("\r")) for line in text.split("\n") if line.strip()]


def _paths_of_json(text: str) -> list[Path]:
    try:
        document = json.loads(text)
        if "error" in document:
            raise InputMissing(f"The previous command failed: {document['error']}")
        listed = document["output"]
    except (ValueError, KeyError) as error:
        raise InvalidInput("Standard input holds JSON without an 'output' list of paths.") from error
    if not isinstance(listed, list) or not all(isinstance(path, str) for path in listed):
        raise InvalidInput("The 'output' on standard input is no list of paths.")
    return [Path(path) for path in listed]


def _search(directory: Path, kinds: Sequence[Kind], on: str | None, *, every: bool) -> list[Header]:
    from synthgap_cli.store.files import list_headers
    from synthgap_cli.store.header import split_steps

    known = [header for header in list_headers(directory) if header.kind in kinds]
    if not known:
        raise InputMissing(
            f"There is no store of {_either(kinds)} in {directory.resolve()}.",
            hint="Name the files, go to the study directory, or run the command that makes them.",
        )
    if every and on is None:
        return known
    if on is None:
        fewest = min(len(image_steps(header)) for header in known)
        return [header for header in known if len(image_steps(header)) == fewest]
    wanted = split_steps(on)
    if fitting := [header for header in known if image_steps(header) == wanted]:
        return fitting
    tags = sorted({".".join(image_steps(header)) or "(the originals)" for header in known})
    raise InputMissing(f"No {_either(kinds)} went through {on!r}.", hint=f"There are: {', '.join(tags)}.")


def image_steps(header: Header) -> tuple[str, ...]:
    """Return the steps that ``--on`` names: features are spoken of by the images they are of."""
    from synthgap_cli.store.schema import Kind

    return header.steps[:-1] if header.kind is Kind.FEATURES else header.steps


def _either(kinds: Iterable[Kind]) -> str:
    return " or ".join(kinds)
