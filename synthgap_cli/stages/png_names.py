"""Names of PNG files for image ids that may come from a stranger."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

MANIFEST = "manifest.csv"
DIGEST_FILE = "content-sha256"

_LONGEST = 80  # bytes of a part: file systems take 255, some encrypted ones 143
_DEEPEST = 8  # folders: a path has 4,096 bytes at most
_TAKEN = {MANIFEST, DIGEST_FILE}
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)  # of Windows


def safe_name(identifier: str, row: int) -> PurePosixPath:
    """Return a relative path ending in .png, in the sub-folders of the id, that no other row has.

    Each part keeps letters, digits and ``._-``, in at most 80 bytes; none begins with a dot, so that none
    leads upwards or is hidden, and none is what Windows takes for a device. The row at the end tells names
    apart that some file systems take for one.

    Parameters
    ----------
    identifier : str
        A path with forward slashes, or anything.
    row : int
    """
    path = PurePosixPath(unicodedata.normalize("NFC", identifier).lstrip("/"))
    *folders, name = [_part(part) for part in path.parts] or [""]
    folders = [_folder(folder) for folder in folders if folder][:_DEEPEST]
    stem = PurePosixPath(name).stem or "image"
    return PurePosixPath(*folders, f"{stem}-{row:06d}.png")


def _part(text: str) -> str:
    kept = re.sub(r"[^\w.-]", "_", text).strip(".")
    cut = kept.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").rstrip(".")
    return f"_{cut}" if _DEVICES.fullmatch(cut) else cut


def _folder(name: str) -> str:
    """Return the name, changed where a file of ours may be called so."""
    is_taken = name.lower() in _TAKEN or name.lower().endswith(".png")
    return f"{name}_" if is_taken else name
