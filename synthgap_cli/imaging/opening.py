"""Image files opened with only their header read, and the one error for whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from synthgap_cli.errors import InvalidInput

MAX_PIXELS = 89_478_485
"""Images that declare more are not decoded: 256 MiB as RGB, where Pillow begins to warn of a bomb."""

# Those that `scan` looks for. Others stay shut: Pillow hands PostScript, say, to an interpreter.
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")


class BadImage(InvalidInput):
    """A file cannot be read as an image; ``reason`` says why, in one line."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}.", hint="Repair or remove the file.")
        self.reason = reason


class Refused(ValueError):
    """An image is whole, and its pixels are not taken all the same; the message says why."""


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Yield the image with only its header read; what fails inside the ``with`` becomes `BadImage`.

    Raises
    ------
    BadImage
        The file is missing, empty, no image, damaged, or declares more than `MAX_PIXELS` pixels.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check_size(*image.size)
            yield image
    except Exception as error:  # decoders fail in any way on damaged or hostile bytes
        raise BadImage(path, _reason(path, error)) from error


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= MAX_PIXELS:
        raise Refused(f"it declares {width} x {height} pixels, and {MAX_PIXELS:,} are the limit")


def _reason(path: Path, error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        is_empty = path.stat().st_size == 0
        return "it is empty" if is_empty else "it is no image of a known format, or its header is damaged"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, Refused):
        return str(error)
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"Pillow cannot decode it: {first_line.rstrip('.')}"
