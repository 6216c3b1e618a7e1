"""Files that could not be used: listed, counted, and too many of them a failure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.errors import SynthgapError, UsageProblem
from synthgap_cli.stages.run import Reporter
from synthgap_cli.store.atomic import replacing


def rejects_path(store: Path) -> Path:
    """Return where the rejects of an image store are listed: ``real.images.rejects.csv``."""
    return store.with_name(store.name.removesuffix(".h5") + ".rejects.csv")


def report_rejects(
    store: Path, rejects: Sequence[tuple[str, str, str]], *, total: int, max_bad: str, reporter: Reporter
) -> None:
    """Write the list of (source, id, reason), or remove that of an earlier run; tell how many there are.

    Raises
    ------
    SynthgapError
        They are more than ``max_bad`` of all, or all.
    """
    path = rejects_path(store)
    if not rejects:
        path.unlink(missing_ok=True)
        return
    with replacing(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("source", "id", "reason"), *rejects])
    share = len(rejects) / total
    counted = f"{len(rejects)} of {total} files ({share:.1%}) cannot be used; {path} says why"
    if share > parse_share(max_bad) or len(rejects) == total:
        first = f"The first: {rejects[0][1]}: {rejects[0][2]}."
        if len(rejects) == total:
            raise SynthgapError(f"{counted}.", hint=first)
        raise SynthgapError(
            f"{counted}. Up to {max_bad} are skipped.", hint=f"{first} --max-bad allows more."
        )
    reporter.warn(f"{counted}. They are skipped.")


def parse_share(text: str) -> float:
    """Return the share that ``5%`` or ``0.05`` says, 0 to 1.

    Raises
    ------
    UsageProblem
        It is none.
    """
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise UsageProblem(f"{text!r} is no share.", hint="Say 5% or 0.05.")
    return share
