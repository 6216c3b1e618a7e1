"""Which rows a stage works on: those that nothing upstream has seen, unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from synthgap_cli.errors import UsageProblem
from synthgap_cli.stages.run import Reporter
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import seen_splits
from synthgap_cli.store.samples import SPLITS


def unseen_splits(headers: Iterable[Header]) -> tuple[str, ...]:
    """Return the splits of which no model or map upstream of these files has seen a row."""
    seen = seen_splits(fitted for header in headers for fitted in header.provenance.fitted_on)
    return tuple(split for split in SPLITS if split not in seen)


def parse_splits(text: str) -> tuple[str, ...]:
    """Return the splits that ``train+val``, ``test`` or ``all`` names.

    Raises
    ------
    UsageProblem
        A name is none of train, val, test.
    """
    names = SPLITS if text == "all" else tuple(text.split("+"))
    if unknown := [name for name in names if name not in SPLITS]:
        raise UsageProblem(
            f"There is no split {unknown[0]!r}.", hint="Say all, or join train, val, test by +."
        )
    return tuple(split for split in SPLITS if split in names)


def splits_to_test(
    headers: Iterable[Header], asked: str | None, reporter: Reporter
) -> tuple[tuple[str, ...], bool]:
    """Return the splits that a test between these files uses, and whether they make it circular."""
    headers = list(headers)
    unseen = unseen_splits(headers)
    splits = parse_splits(asked) if asked else unseen or SPLITS
    if circular := [split for split in splits if split not in unseen]:
        by = sorted({fitted.by for header in headers for fitted in header.provenance.fitted_on})
        reporter.warn(
            f"{' and '.join(by)} has seen the rows of {'+'.join(circular)}: a test on them is circular."
        )
    return splits, bool(circular)
