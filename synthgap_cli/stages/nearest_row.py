"""The row of a latent store that is nearest to a given one."""

# Z latents

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InputMissing
from synthgap_cli.stages.named_rows import NamedRow
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix

NEAREST = "nearest"  # in the place of an id: real:nearest


def asks_for_nearest(text: str) -> bool:
    """Return whether ``text`` is a store's domain, or domain and steps, a colon and ``nearest``."""
    return text.rpartition(":")[2] == NEAREST and ":" in text


def find_nearest(
    headers: Sequence[Header], text: str, *, start: NamedRow, latents: NDArray[np.float32]
) -> NamedRow:
    """Return the row of the store that ``text`` names whose latents are nearest to those of ``start``.

    Where several stores have the domain, as before and after a shift, that with the fewest steps is meant.
    The same image, in whichever store, is not its own neighbour.

    Parameters
    ----------
    headers : sequence of Header
        Latent stores.
    text : str
        As `asks_for_nearest` has it.
    start : NamedRow
    latents : float32 (1, Z)
        Of ``start``.

    Raises
    ------
    InputMissing
        No latent store of that name is of the same VAE, or it has no other image.
    """
    name = text.rpartition(":")[0]
    vae = start.header.attributes.get("vae-sha256")
    fitting = [
        header
        for header in headers
        if header.attributes.get("vae-sha256") == vae and name in (header.domain, _name(header))
    ]
    if not fitting:
        raise InputMissing(
            f"No latents of the same VAE are called {name!r}.",
            hint="Say a domain or a domain and steps: real:nearest.",
        )
    chosen = min(fitting, key=lambda header: len(header.steps))
    with open_store(start.header.path, Kind.LATENTS) as store:
        own = store.samples()["id"][start.row]
    with open_store(chosen.path, Kind.LATENTS) as store:
        blocks = StoredMatrix(store.dataset("mean")).blocks()
        apart = np.concatenate([np.square(block - latents).sum(axis=1) for block in blocks])
        ids = store.samples()["id"]
    if chosen.domain == start.header.domain:
        apart[ids == own] = np.inf
    row = int(apart.argmin())
    if not np.isfinite(apart[row]):
        raise InputMissing(f"{chosen.path} has no other image.")
    return NamedRow(chosen, row, f"{_name(chosen)}:{ids[row]}")


def _name(header: Header) -> str:
    return ".".join((header.domain, *header.steps))
