"""Images found below a folder, in one order on every machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from synthgap_cli.errors import InputMissing, UsageProblem

EXTENSIONS = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")


@dataclass(frozen=True)
class Found:
    """An image file: where it lies, and the name under which stores know it."""

    path: Path
    id: str


def scan(root: Path) -> list[Found]:
    r"""Return the image files below ``root``, sorted by id.

    The id is the path relative to ``root`` with forward slashes; bytes that are not UTF-8 become ``\xff``
    escapes. Folders that are symbolic links are not entered, so no cycle can trap the scan; a link to a
    file counts as that file, and a link that leads nowhere is kept, so that reading it says what is missing.
    Skipped are hidden files and folders (AppleDouble's ``._x`` among them), ``__MACOSX``, unfinished
    ``.partial`` files and whatever is no regular file.

    Raises
    ------
    InputMissing
        ``root`` does not exist, a folder cannot be read, or there is no image.
    UsageProblem
        ``root`` is a file.
    """
    if not root.exists():
        raise InputMissing(f"The folder {root} does not exist.", hint="Check the path.")
    if not root.is_dir():
        raise UsageProblem(f"{root} is a file, not a folder.", hint="Name the folder that holds the images.")
    found = sorted((Found(path, _id_of(path, root)) for path in _walk(root)), key=lambda image: image.id)
    if not found:
        raise InputMissing(
            f"No image lies in {root} or below.",
            hint=f"Files with these endings count: {' '.join(EXTENSIONS)}.",
        )
    return found


def fingerprint(found: Sequence[Found]) -> str:
    """Return the SHA-256, in hex, of the files' ids, sizes (bytes) and times of change (nanoseconds).

    It tells whether a folder has changed since without reading the images.
    """
    digest = hashlib.sha256()
    for image in found:
        size, changed = _size_and_time(image.path)
        digest.update(f"{image.id}\0{size}\0{changed}\0".encode())
    return digest.hexdigest()


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root, onerror=_unreadable):
        folders[:] = visible(folders)
        for name in visible(files):
            path = Path(folder, name)
            if path.suffix.lower() in EXTENSIONS and (path.is_file() or _leads_nowhere(path)):
                yield path


def visible(names: Iterable[str]) -> list[str]:
    """Return the names of files or folders that are looked at: none that is hidden."""
    return [name for name in names if not name.startswith(".") and name != "__MACOSX"]


def _leads_nowhere(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def _unreadable(error: OSError) -> NoReturn:
    raise InputMissing(f"The folder {error.filename} cannot be read: {error.strerror}.") from error


def _id_of(path: Path, root: Path) -> str:
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:  # a link that leads nowhere, or a file deleted meanwhile
        return -1, -1
    return status.st_size, status.st_mtime_ns
