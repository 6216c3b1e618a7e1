"""The columns that say nothing about what an image shows: what its file's header said."""

# N images

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.audit.columns import Column


def metadata_columns(fields: Mapping[str, NDArray[Any]]) -> list[Column]:
    """Return compression, JPEG quality, size, aspect ratio, colour mode, bit depth and EXIF of N images.

    Two that separate as well are named in this order, the cause before its traces.

    Parameters
    ----------
    fields : mapping
        ``source_format`` and ``mode`` (texts), ``jpeg_quality`` (negative where the file is no JPEG),
        ``width``, ``height``, ``bit_depth`` and ``exif`` (0 or 1), each (N,). With any of them missing
        there are no columns: a source that says half of it has not been through `read_confounds`.

    References
    ----------
    Thesis, note 8.
    """
    if not all(name in fields for name in FIELDS):
        return []
    width, height, quality = (_numbers(fields[name]) for name in ("width", "height", "jpeg_quality"))
    with_exif = np.where(np.asarray(fields["exif"]) > 0, "present", "absent")
    return [
        Column("format", "compression", _texts(fields["source_format"])),
        Column("jpeg_quality", "JPEG quality", np.where(quality < 0, np.nan, quality)),
        Column("size", "original size, px", np.minimum(width, height)),
        Column("aspect", "aspect ratio", width / height),
        Column("mode", "colour mode", _texts(fields["mode"])),
        Column("bit_depth", "bit depth", _numbers(fields["bit_depth"])),
        Column("exif", "EXIF", _texts(with_exif)),
    ]


FIELDS = ("source_format", "jpeg_quality", "width", "height", "mode", "bit_depth", "exif")


def _numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _texts(values: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(values).astype(object)
