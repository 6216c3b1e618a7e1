"""What a file's header gives away about where an image comes from, whatever the image shows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import ExifTags, Image, JpegImagePlugin, TiffImagePlugin

from synthgap_cli.imaging.jpeg_quality import estimate_quality

NOT_A_JPEG = -1
_WIDTH, _HEIGHT, _BITS_PER_SAMPLE = 256, 257, 258  # TIFF 6.0, section 8


@dataclass(frozen=True)
class Confounds:
    """Properties of the file that separate two sets of images without a look at their pixels.

    Attributes
    ----------
    format : str
        Pillow's name of the format the bytes are in, whatever the file is called: ``JPEG``, ``MPO`` (a JPEG
        with further pictures, as phones write), ``PNG``, ``WEBP``, ``BMP``, ``TIFF``, ``GIF``.
    jpeg_quality : int
        1 to 100 as `estimate_quality` finds it; -1 where the format is not JPEG or MPO.
    width, height : int
        Pixels as stored, before EXIF turns the image.
    mode : str
        Pillow's mode: ``RGB``, ``L``, ``P``, ``CMYK``, ``I;16``, ...
    bit_depth : int
        Bits a channel, or a palette index, has in the file.
    has_exif : bool
        The file carries EXIF metadata.

    References
    ----------
    Thesis, note 8.
    """

    format: str
    jpeg_quality: int
    width: int
    height: int
    mode: str
    bit_depth: int
    has_exif: bool


def read_confounds(image: Image.Image) -> Confounds:
    """Return the properties of an image of which only the header has been read, as `opened` yields it."""
    width, height = _stored_size(image)
    return Confounds(
        format=image.format or "",
        jpeg_quality=read_jpeg_quality(image),
        width=width,
        height=height,
        mode=image.mode,
        bit_depth=bit_depth(image),
        has_exif=_has_exif(image),
    )


def _stored_size(image: Image.Image) -> tuple[int, int]:
    if isinstance(image, TiffImagePlugin.TiffImageFile):  # whose size Pillow has turned already
        return int(image.tag_v2[_WIDTH]), int(image.tag_v2[_HEIGHT])
    return image.size


def read_jpeg_quality(image: Image.Image) -> int:
    """Return the quality of a JPEG as `estimate_quality` finds it, -1 of another format."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return NOT_A_JPEG
    tables = image.quantization
    return estimate_quality(tables[min(tables)]) if tables else NOT_A_JPEG


def bit_depth(image: Image.Image) -> int:
    """Return how many bits a channel, or a palette index, has in the file."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return int(max(image.tag_v2.get(_BITS_PER_SAMPLE, (1,))))
    if image.format == "PNG":
        raw_mode = str(image.tile[0][3])  # type: ignore[attr-defined]  # "RGB;16B", "P;4", "1"
        narrow = re.search(r";(\d+)", raw_mode)
        return int(narrow[1]) if narrow else 1 if raw_mode == "1" else 8
    return 1 if image.mode == "1" else 8


def _has_exif(image: Image.Image) -> bool:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return ExifTags.Base.ExifOffset in image.tag_v2
    return "exif" in image.info or "Raw profile type exif" in image.info
