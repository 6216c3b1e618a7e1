"""Reading a store: guarded, lazily, by row."""

# N rows, D columns

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InputMissing, InvalidInput, SynthgapError
from synthgap_cli.store.digest import content_digest, dataset_paths
from synthgap_cli.store.guard import check_stamp, check_structure
from synthgap_cli.store.header import Header, parse_header
from synthgap_cli.store.samples import REQUIRED, Samples
from synthgap_cli.store.schema import Kind


class Store:
    """An open store."""

    def __init__(self, file: h5py.File, header: Header) -> None:
        self._file = file
        self.header = header

    def __contains__(self, name: str) -> bool:
        return name in self._file

    def dataset(self, name: str) -> h5py.Dataset:
        """Return a dataset, unread."""
        if name not in self._file:
            raise InvalidInput(f"{self.header.path}: /{name} is missing.")
        return self._file[name]

    def samples(self) -> Samples:
        """Return the columns of ``/samples``, N rows each."""
        columns = self.table("samples")
        if missing := [name for name in REQUIRED if name not in columns]:
            raise InvalidInput(f"{self.header.path}: /samples/{missing[0]} is missing.")
        return Samples(columns)

    def table(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the columns of a group, in their recorded order."""
        group = self._file.get(name)
        if not isinstance(group, h5py.Group):
            raise InvalidInput(f"{self.header.path}: /{name} is missing.")
        order = [str(column) for column in group.attrs.get("column-order", list(group))]
        if set(order) != set(group):
            raise InvalidInput(f"{self.header.path}: /{name} does not have the columns it lists.")
        return {column: read_array(group[column]) for column in order}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return a table row by row, numbers as Python's own; none if it is missing."""
        if name not in self:
            return []
        columns = {column: values.tolist() for column, values in self.table(name).items()}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def groups(self, name: str) -> list[str]:
        """Return the names of the groups below a group; none if it is missing."""
        return list(self._file[name]) if name in self._file else []

    def verify(self) -> None:
        """Raise unless the values still have the recorded digest.

        Raises
        ------
        InvalidInput
            A value has changed since the store was written, or cannot be read.
        """
        path = self.header.path
        try:
            digest = content_digest(self._file, self.header.semantic())
        except OSError as error:  # a fletcher32 checksum fails
            raise InvalidInput(f"{path}: damaged, its values cannot be read.") from error
        if digest != self.header.sha256:
            raise InvalidInput(
                f"{path}: its values do not have the digest it records ({self.header.sha256[:12]}…)."
            )

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        """Return shape and type of every dataset by path."""
        paths = dataset_paths(self._file)
        return {path: (self._file[path].shape, str(self._file[path].dtype)) for path in paths}


def read_array(dataset: h5py.Dataset) -> NDArray[Any]:
    """Return a whole dataset; texts as an object array of ``str``."""
    if h5py.check_string_dtype(dataset.dtype) is not None:
        return np.asarray(dataset.asstr()[...], dtype=object)
    return np.asarray(dataset[...])


@contextmanager
def open_store(path: Path, *kinds: Kind) -> Iterator[Store]:
    """Yield the store at ``path``, checked before anything of it is read.

    Raises
    ------
    InputMissing
        There is no such file.
    InvalidInput
        It is no store, is damaged or hostile, or of none of ``kinds``.
    """
    with _open(path) as file:
        kind = check_stamp(file)
        if kinds and kind not in kinds:
            wanted = " or ".join(kinds)
            raise InvalidInput(f"{path} is a store of {kind}; {wanted} is needed here.")
        check_structure(file, kind)
        try:
            text = read_array(file["provenance"]).item()
        except (UnicodeDecodeError, OSError) as error:
            raise InvalidInput(f"{path}: its provenance cannot be read.") from error
        try:
            yield Store(file, parse_header(file.attrs, text, path))
        except OSError as error:
            if "filter returned failure" in str(error) or "unable to read" in str(error).lower():
                raise InvalidInput(f"{path}: damaged, its values cannot be read ({error}).") from error
            raise


def _open(path: Path) -> h5py.File:
    if not path.exists():
        raise InputMissing(f"There is no file {path}.")
    try:
        return h5py.File(path, "r", locking="best-effort")
    except BlockingIOError as error:
        raise SynthgapError(f"{path} is being written by another process.") from error
    except OSError as error:
        raise InvalidInput(f"{path} is not an HDF5 file, or is damaged.") from error
