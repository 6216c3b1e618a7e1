"""Two images' latents to a strip of what is decoded on the line between them."""

# n images of the strip, Z latents

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from synthgap_cli.devices import Precision, resolve_device, resolve_precision
from synthgap_cli.errors import InvalidInput
from synthgap_cli.imaging.contact_sheet import SheetRow, contact_sheet
from synthgap_cli.memory import memory_limits_told
from synthgap_cli.stages.named_rows import NamedRow, find_row
from synthgap_cli.stages.nearest_row import asks_for_nearest, find_nearest
from synthgap_cli.stages.pictures import write_picture
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.vae import load_vae, vae_to_decode
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.vaes.inference import decode

_LONGEST = 60  # letters of an id in a file name


def interpolate(
    latents: Sequence[Header],
    ends: tuple[str, str],
    *,
    steps: int,
    vae: str | None,
    output: str | None,
    precision: str,
    run: Run,
) -> list[Path]:
    """Write a PNG strip of ``steps`` images decoded at even distances from one end to the other; return it.

    Parameters
    ----------
    latents : sequence of Header
        The stores in which `find_row` looks for both ends; they may be of different domains.
    ends : pair of str
        As `find_row` takes them; the second may also ask for the nearest image of a store, real:nearest.
    output : str, optional
        The picture, ending in .png, or its directory; beside the first end's store by default.

    Raises
    ------
    InputMissing, UsageProblem
        As `find_row` and `find_nearest`.
    InvalidInput
        The ends were encoded by different VAEs.
    """
    first = find_row(latents, ends[0])
    last = _last(latents, ends[1], first)
    model = vae_to_decode(first.header, vae)
    if last.header.attributes["vae-sha256"] != model.sha256:
        raise InvalidInput(f"{first.header.path} and {last.header.path} were encoded by different VAEs.")
    device = resolve_device(run.device)
    resolved = resolve_precision(precision, device)
    path = _path(first, last, output)
    parents = (first.header.as_parent("first", child=path), last.header.as_parent("last", child=path))
    recipe = Recipe(
        "interpolate", {"rows": [first.row, last.row], "steps": steps, "precision": resolved}, parents
    )
    return write_picture(path, recipe, lambda: _draw(first, last, steps, model, resolved, run), run)


def _last(latents: Sequence[Header], text: str, first: NamedRow) -> NamedRow:
    if asks_for_nearest(text):
        return find_nearest(latents, text, start=first, latents=_latents(first))
    return find_row(latents, text)


def _draw(
    first: NamedRow, last: NamedRow, steps: int, model: Header, precision: Precision, run: Run
) -> Image.Image:
    share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]  # (n, 1)
    line = (1 - share) * _latents(first) + share * _latents(last)  # (n, Z)
    with memory_limits_told("decoding", hint="Lower --steps."):
        decoded = list(
            decode(load_vae(model), [line], device=resolve_device(run.device), precision=precision)
        )
    return contact_sheet([SheetRow(f"from {first.name}\nto {last.name}", decoded[0])])


def _latents(named: NamedRow) -> NDArray[np.float32]:
    with open_store(named.header.path, Kind.LATENTS) as store:
        [rows] = StoredMatrix(store.dataset("mean")).blocks(np.array([named.row]))
    return rows  # (1, Z)


def _path(first: NamedRow, last: NamedRow, output: str | None) -> Path:
    if output is not None and output.lower().endswith(".png"):
        return Path(output)
    directory = first.header.path.parent if output is None else Path(output)
    return directory / f"{_slug(first.name)}.to.{_slug(last.name)}.png"


def _slug(name: str) -> str:
    without_suffix = re.sub(r"\.\w{1,4}$", "", name)
    return re.sub(r"[^A-Za-z0-9]+", "-", without_suffix)[-_LONGEST:].strip("-") or "image"
