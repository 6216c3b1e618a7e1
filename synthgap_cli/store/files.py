"""Any file of the program by its path: the header of whichever kind it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from synthgap_cli.errors import SynthgapError
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import read_vae_header


def read_header(path: Path) -> Header:
    """Return the header of a store or VAE file.

    Raises
    ------
    InputMissing, InvalidInput
        As :func:`open_store` and :func:`read_vae_header`.
    """
    if path.suffix == ".safetensors":
        return read_vae_header(path)
    with open_store(path) as store:
        return store.header


def list_headers(directory: Path) -> list[Header]:
    """Return the headers of all stores and VAEs directly in a directory; foreign files are passed over."""
    found = []
    for path in sorted([*directory.glob("*.h5"), *directory.glob(f"*{Kind.VAE.suffix}")]):
        try:
            found.append(read_header(path))
        except SynthgapError:
            continue
    return found


def find_parent(child: Header, role: str) -> list[Header]:
    """Return the parents of a file in one role, found where it remembers them, by the digest they record.

    A parent that has moved, is gone or has changed is not returned.
    """
    remembered = [parent for parent in child.provenance.recipe.parents if parent.role == role]
    found = []
    for parent in remembered:
        path = child.path.parent / parent.path
        with suppress(SynthgapError):
            if path.is_file() and (header := read_header(path)).sha256 == parent.sha256:
                found.append(header)
    return found
