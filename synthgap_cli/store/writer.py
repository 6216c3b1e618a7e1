"""Writing a store: rows as they come, the stamp last."""

# N rows

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from synthgap_cli import __version__
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.digest import content_digest
from synthgap_cli.store.header import Header
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import FORMAT, FORMAT_VERSION, Kind

CHUNK_BYTES = 512 << 10  # rows of features: chunks between 0.25 and 1 MiB read well in order and at random


class StoreWriter:
    """A store being written; what is added becomes visible when the whole is complete."""

    def __init__(self, file: h5py.File) -> None:
        self._file = file

    def rows(self, name: str, row_shape: tuple[int, ...], dtype: str) -> RowWriter:
        """Return a dataset ``(N, *row_shape)`` that grows as rows are appended."""
        row_bytes = np.dtype(dtype).itemsize * int(np.prod(row_shape))
        per_chunk = 1 if len(row_shape) == 3 else max(1, CHUNK_BYTES // row_bytes)
        dataset = self._file.create_dataset(
            name,
            shape=(0, *row_shape),
            maxshape=(None, *row_shape),
            chunks=(per_chunk, *row_shape),
            dtype=dtype,
            fletcher32=True,
        )
        return RowWriter(dataset)

    def array(self, name: str, values: NDArray[Any]) -> None:
        """Add a whole array; texts become variable-length UTF-8."""
        if values.dtype.kind in "UO":
            self._file.create_dataset(name, data=values.astype(object), dtype=h5py.string_dtype())
        else:
            self._file.create_dataset(name, data=values)

    def samples(self, samples: Samples) -> None:
        """Add ``/samples``: which image each row is."""
        for name, column in samples.columns.items():
            self.array(f"samples/{name}", column)

    def table(self, name: str, columns: Mapping[str, NDArray[Any] | Sequence[Any]]) -> None:
        """Add a group of equally long columns; ``column-order`` keeps their order."""
        group = self._file.create_group(name)
        group.attrs["column-order"] = list(columns)
        for column, values in columns.items():
            self.array(f"{name}/{column}", np.asarray(values))


class RowWriter:
    """A dataset that grows."""

    def __init__(self, dataset: h5py.Dataset) -> None:
        self._dataset = dataset

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows (n, ...) at the end."""
        start = self._dataset.shape[0]
        self._dataset.resize(start + len(rows), axis=0)
        self._dataset[start:] = rows


@contextmanager
def create_store(path: Path, header: Header) -> Iterator[StoreWriter]:
    """Yield a writer; when the block ends well, the store is complete at ``path``.

    Raises
    ------
    SynthgapError
        The file cannot be written.
    """
    with replacing(path) as partial, h5py.File(partial, "w") as file:
        yield StoreWriter(file)
        _stamp(file, header)


def _stamp(file: h5py.File, header: Header) -> None:
    assert header.kind is not Kind.VAE
    file["provenance"] = header.provenance.to_json()
    semantic = header.semantic()
    file.attrs.update(semantic)
    file.attrs["generated-by"] = f"synthgap {__version__}"
    file.attrs["created"] = datetime.now(UTC).isoformat(timespec="seconds")
    file.attrs["content-sha256"] = content_digest(file, semantic)
    file.attrs["format-version"] = FORMAT_VERSION
    file.attrs["format"] = FORMAT  # last: without it the file is not recognised
