"""A row of one of several stores by its image's id."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store

_LISTED = 4  # candidates that an error names


@dataclass(frozen=True)
class NamedRow:
    """Where an image is, and the one name that tells it from all others of these stores."""

    header: Header
    row: int
    name: str


def find_row(headers: Sequence[Header], text: str) -> NamedRow:
    """Return the row that ``text`` names: an id, or a store's domain or domain and steps, a colon, an id.

    Where several stores hold the id, as one domain's before and after a shift, those with the fewest steps
    are meant. An id that several sources share is told apart by its source and a slash before it.

    Raises
    ------
    InputMissing
        No store has such an id; the hint names the nearest.
    UsageProblem
        Several have; all are listed.
    """
    found = [named for header in headers for named in _rows(header, text)]
    if not found:
        raise InputMissing(f"No image has the id {text!r}.", hint=_nearest(headers, text))
    fewest = min(len(named.header.steps) for named in found)
    meant = [named for named in found if len(named.header.steps) == fewest]
    if len(meant) > 1:
        listed = ", ".join(named.name for named in meant[:_LISTED])
        raise UsageProblem(f"{len(meant)} images have the id {text!r}.", hint=f"Say which: {listed}.")
    return meant[0]


def _rows(header: Header, text: str) -> list[NamedRow]:
    store_name = ".".join((header.domain, *header.steps))
    prefix, colon, rest = text.partition(":")
    wanted = [text, rest] if colon and prefix in (header.domain, store_name) else [text]
    with open_store(header.path) as store:
        samples = store.samples()
    ids, with_source = samples["id"], samples["source"] + "/" + samples["id"]
    rows = np.flatnonzero(np.isin(ids, wanted) | np.isin(with_source, wanted))
    is_shared = [int((ids == ids[row]).sum()) > 1 for row in rows]  # with other sources
    names = [(with_source if shared else ids)[row] for row, shared in zip(rows, is_shared, strict=True)]
    return [NamedRow(header, int(row), f"{store_name}:{name}") for row, name in zip(rows, names, strict=True)]


def _nearest(headers: Sequence[Header], text: str) -> str:
    with open_store(headers[0].path) as store:
        ids = [str(identifier) for identifier in store.samples()["id"]]
    near = difflib.get_close_matches(text.rpartition(":")[2], ids, n=1, cutoff=0) or ids[:1]
    return f"The ids are like {near[0]!r}."
