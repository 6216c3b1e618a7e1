"""Decoded stores as one contact sheet, below the originals that they were decoded from."""

# N images of a store, n images of a row, H height, W width

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from synthgap_cli.imaging.contact_sheet import SheetRow, contact_sheet
from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor
from synthgap_cli.stages.pictures import write_picture
from synthgap_cli.stages.run import Run
from synthgap_cli.statistics.spreading import spread_over_groups
from synthgap_cli.store.files import find_parent, read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredImages

COLUMNS = 8
MOST_ROWS = 8  # about the same images

_LINEAGE = ("latents", "source", "images")  # from decoded to shifted, encoded, prepared


def write_grid(images: Sequence[Path], path: Path, run: Run) -> list[Path]:
    """Write a contact sheet of decoded image stores, spread over their groups; return its path.

    The originals come first, where they are found, and below each the same image of every store.

    Raises
    ------
    OutputExists
        There is another file, and it may not be replaced.
    """
    headers = sorted((read_header(store) for store in images), key=_domain_and_rows)
    recipe = Recipe("grid", {}, tuple(header.as_parent("images", child=path) for header in headers))

    def draw() -> Image.Image:
        alike = [list(stores) for _, stores in groupby(headers, key=_domain_and_rows)]
        rows = [row for stores in alike for row in _rows_of(stores, run)]
        run.reporter.note(f"{path} shows {sum(len(row.images) for row in rows)} images.")
        return contact_sheet(rows)

    return write_picture(path, recipe, draw, run)


def _domain_and_rows(header: Header) -> tuple[str, list[str]]:
    """Return what stores share of which row i is the same image."""
    with open_store(header.path, Kind.IMAGES) as store:
        return header.domain, list(store.samples()["id"])


def _rows_of(headers: Sequence[Header], run: Run) -> list[SheetRow]:
    """Return the sheet's rows about stores of the same images."""
    original = _original(headers[0])
    if original is None:
        run.reporter.note(f"The originals of {headers[0].path} are not where they were: they are left out.")
    shown = [*([original] if original else []), *headers]
    sets = max(1, MOST_ROWS // len(shown))
    with open_store(headers[0].path, Kind.IMAGES) as store:
        rows = spread_over_groups(store.samples()["group"], COLUMNS * sets)
        size = store.dataset("images").shape[1]
    parts = [rows[start : start + COLUMNS] for start in range(0, len(rows), COLUMNS)]
    return [SheetRow(_name(header), _read(header, part, size)) for part in parts for header in shown]


def _original(header: Header) -> Header | None:
    """Return the images that the decoded ones began as: row i of a child is row i of its parent."""
    for role in _LINEAGE:
        for parent in find_parent(header, role):
            return parent if parent.kind is Kind.IMAGES else _original(parent)
    return None


def _name(header: Header) -> str:
    return ".".join((header.domain, *header.steps)) if header.steps else f"{header.domain}, original"


def _read(header: Header, rows: NDArray[np.intp], size: int) -> NDArray[np.uint8]:
    """Return images (n, H, W, 3) at the decoder's size, reduced as `encode` reduces them."""
    with open_store(header.path, Kind.IMAGES) as store:
        images = StoredImages(store.dataset("images"))[rows]
    return to_uint8(to_unit_tensor(images, device=torch.device("cpu"), size=size))
