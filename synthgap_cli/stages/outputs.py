"""Where a stage writes: beside its input under a telling name, unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.errors import UsageProblem
from synthgap_cli.store.header import Header


def place(output: str | None, names: Sequence[str], beside: Header | None = None) -> list[Path]:
    """Return the paths for these file names.

    Parameters
    ----------
    output : str, optional
        A directory for all; or, ending in ``.h5`` or ``.safetensors``, the one file.
    names : sequence of str
        Conventional file names.
    beside : Header, optional
        The input whose directory is taken when ``output`` is not given; else the current one.

    Raises
    ------
    UsageProblem
        ``output`` is one file, but several are to be written, or a file of another format.
    """
    if output is None:
        directory = beside.path.parent if beside else Path()
        return [directory / name for name in names]
    if _is_file(output):
        if len(names) > 1:
            raise UsageProblem(
                f"{output} is one file, but {len(names)} are written: {', '.join(names)}.",
                hint="Give a directory with -o.",
            )
        wanted = Path(names[0]).suffix
        if Path(output).suffix != wanted:
            raise UsageProblem(
                f"{output} cannot hold what is written: no command would find it under this name.",
                hint=f"Let the name end in {wanted}, or give a directory with -o.",
            )
        return [Path(output)]
    return [Path(output) / name for name in names]


def directory_of(output: str | None) -> str | None:
    """Return where to put what is written beside the one file that ``output`` may be."""
    return f"{Path(output).parent}/" if output is not None and _is_file(output) else output


def _is_file(output: str) -> bool:
    return output.endswith((".h5", ".safetensors"))
