"""Stores come from strangers: a file is checked before a value of it is read."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np

from synthgap_cli.errors import InvalidInput
from synthgap_cli.store.schema import DECLARED, FORMAT, FORMAT_VERSION, Declared, Kind

ALLOWED_FILTERS = {h5py.h5z.FILTER_FLETCHER32, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_DEFLATE}
DEFLATE_LIMIT = 1100  # deflate cannot shrink further than 1032 to 1
MAX_DEPTH = 3
MAX_MEMBERS = (1_000, 1_000, 100, 100)  # of a group at each depth: hard links make a small file seem endless


def check_stamp(file: h5py.File) -> Kind:
    """Return the kind of an open file that says it is a store.

    Raises
    ------
    InvalidInput
        It is no store, unfinished, of an unknown kind or of a newer format.
    """
    where = file.filename
    if _attribute(file, "format") != FORMAT:
        raise InvalidInput(f"{where} is an HDF5 file, but not a synthgap store (no format stamp).")
    version = _attribute(file, "format-version")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise InvalidInput(
            f"{where} has format version {version}; this synthgap reads up to {FORMAT_VERSION}.",
            hint="Upgrade synthgap.",
        )
    kind = _attribute(file, "format-kind")
    if kind not in set(DECLARED):
        raise InvalidInput(f"{where} is of the unknown kind {kind!r}.")
    return Kind(kind)


def check_structure(file: h5py.File, kind: Kind) -> None:
    """Refuse what no store of this kind has: foreign links, layouts, filters, types, names or sizes.

    Raises
    ------
    InvalidInput
        Naming the file, the dataset and what is wrong with it.
    """
    found = _walk(file, "", 0)
    for path, dataset in found.items():
        declared = next((d for d in DECLARED[kind] if d.covers(path)), None)
        problem = "is not declared for this kind" if declared is None else _problem(dataset, declared)
        if problem:
            raise InvalidInput(f"{file.filename}: /{path} {problem}.")
    for declared in DECLARED[kind]:
        if declared.required and declared.path not in found:
            raise InvalidInput(f"{file.filename}: /{declared.path} is missing from this {kind} store.")
    rows = {d.shape[0] for p, d in found.items() if p in ("images", "features", "mean", "log-variance")}
    rows |= {dataset.shape[0] for path, dataset in found.items() if path.startswith("samples/")}
    if len(rows) > 1:
        raise InvalidInput(f"{file.filename}: its datasets differ in their number of rows: {sorted(rows)}.")


def _walk(group: h5py.Group, prefix: str, depth: int) -> dict[str, h5py.Dataset]:
    if depth > MAX_DEPTH:
        raise InvalidInput(f"{group.file.filename}: groups are nested too deep at /{prefix}.")
    if len(group) > MAX_MEMBERS[depth]:
        raise InvalidInput(f"{group.file.filename}: /{prefix} has {len(group)} members, more than any store.")
    found: dict[str, h5py.Dataset] = {}
    for name in group:
        path = f"{prefix}{name}"
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise InvalidInput(
                f"{group.file.filename}: /{path} is a soft or external link, which is refused."
            )
        member = group[name]
        if isinstance(member, h5py.Group):
            found |= _walk(member, f"{path}/", depth + 1)
        elif isinstance(member, h5py.Dataset):
            found[path] = member
        else:
            raise InvalidInput(f"{group.file.filename}: /{path} is neither group nor dataset.")
    return found


def _problem(dataset: h5py.Dataset, declared: Declared) -> str | None:
    layout = dataset.id.get_create_plist()
    if layout.get_external_count():
        return "keeps its values in another file"
    if layout.get_layout() == h5py.h5d.VIRTUAL:
        return "is a virtual dataset"
    filters = {layout.get_filter(i)[0] for i in range(layout.get_nfilters())}
    if filters - ALLOWED_FILTERS:
        return f"uses the filters {sorted(filters - ALLOWED_FILTERS)}, which stores do not"
    text = h5py.check_string_dtype(dataset.dtype) is not None
    if ("S" if text else dataset.dtype.kind) not in declared.types:
        return f"has type {dataset.dtype}"
    if dataset.ndim not in declared.dimensions:
        return f"has {dataset.ndim} dimensions"
    declared_bytes = int(np.prod(dataset.shape, dtype=object)) * dataset.dtype.itemsize
    limit = DEFLATE_LIMIT if h5py.h5z.FILTER_DEFLATE in filters else 1
    if declared_bytes > limit * dataset.id.get_storage_size():
        return f"declares {declared_bytes} bytes, of which the file holds {dataset.id.get_storage_size()}"
    return None


def _attribute(file: h5py.File, name: str) -> Any:  # noqa: ANN401  checked by the caller
    value = file.attrs.get(name)
    if isinstance(value, np.integer):
        return int(value)
    return value if isinstance(value, str) else None
