"""The content digest: what a store says, not how its bytes lie in the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 8 << 20


def content_digest(file: h5py.File, semantic: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the semantic attributes and of every dataset but the provenance.

    Chunking, compression, the order of writing and the time do not enter into it.
    """
    digest = hashlib.sha256(json.dumps(dict(semantic), sort_keys=True).encode())
    for path in dataset_paths(file):
        if path != "provenance":
            digest.update(_dataset_digest(path, file[path]))
    return digest.hexdigest()


def tensors_digest(tensors: Mapping[str, NDArray[Any]], semantic: Mapping[str, Any]) -> str:
    """Return the same digest for named arrays that lie in memory."""
    digest = hashlib.sha256(json.dumps(dict(semantic), sort_keys=True).encode())
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        digest.update(_heading(name, array.dtype.str, array.shape))
        digest.update(array.tobytes())
    return digest.hexdigest()


def dataset_paths(group: h5py.Group, prefix: str = "") -> list[str]:
    """Return the paths of all datasets below a group, sorted."""
    found: list[str] = []
    for name in group:
        path = f"{prefix}{name}"
        member = group[name]
        found += dataset_paths(member, f"{path}/") if isinstance(member, h5py.Group) else [path]
    return sorted(found)


def blocks(dataset: h5py.Dataset) -> Iterator[Any]:
    """Yield a dataset's rows in consecutive blocks of about 8 MiB; a scalar is one block."""
    if dataset.ndim == 0:
        yield dataset[()]
        return
    row_bytes = max(1, dataset.dtype.itemsize * int(np.prod(dataset.shape[1:])))
    step = max(1, BLOCK_BYTES // row_bytes)
    for start in range(0, dataset.shape[0], step):
        yield dataset[start : start + step]


def _dataset_digest(path: str, dataset: h5py.Dataset) -> bytes:
    text = h5py.check_string_dtype(dataset.dtype) is not None
    kind = "text" if text else dataset.dtype.newbyteorder("<").str
    digest = hashlib.sha256(_heading(path, kind, dataset.shape))
    for block in blocks(dataset):
        if text:
            for value in np.atleast_1d(block):
                digest.update(len(value).to_bytes(8, "little") + value)
        else:
            digest.update(np.ascontiguousarray(block, dtype=dataset.dtype.newbyteorder("<")).tobytes())
    return digest.digest()


def _heading(name: str, kind: str, shape: tuple[int, ...]) -> bytes:
    return json.dumps([name, kind, list(shape)]).encode()
