"""Whether the disk has room for a file, asked before hours go into it."""

from __future__ import annotations

import shutil
from pathlib import Path

from synthgap_cli.errors import SynthgapError


def require_space(path: Path, num_bytes: int) -> None:
    """Raise unless ``num_bytes`` fit on the disk that ``path`` is to lie on.

    What ``path`` holds now does not count as room: it stays until the new file is whole.

    Raises
    ------
    SynthgapError
        With the bytes needed, the bytes free, and where.
    """
    directory = next(parent for parent in path.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(directory).free
    if num_bytes > free:
        raise SynthgapError(
            f"{path} needs {num_bytes:,} bytes, but {directory} has {free:,} bytes free.",
            hint="Free some, or write to another disk with -o.",
        )
