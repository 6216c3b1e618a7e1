"""Image files as RGB pixels: the fast decoder where it reads the same, Pillow for the rest."""

# H height, W width

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import ExifTags, Image, ImageColor
from torch import Tensor

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.opening import Refused, opened

try:
    from torchvision.io import ImageReadMode, decode_jpeg
except ImportError:  # torchvision 0.29 announces their removal
    decode_jpeg = None

Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)

# EXIF orientation: the axes to flip, 1 vertical and 2 horizontal; from 5 on H and W are swapped first
_FLIPS = {2: [2], 3: [1, 2], 4: [1], 6: [2], 7: [1, 2], 8: [1]}


def parse_colour(text: str) -> Colour:
    """Return red, green and blue of a name or a notation known from CSS: ``white``, ``#808080``.

    Raises
    ------
    UsageProblem
        The text names no opaque colour.
    """
    try:
        levels: tuple[int, ...] = ImageColor.getrgb(text)
    except ValueError:
        levels = ()
    if len(levels) != 3 or max(levels) > 255:
        raise UsageProblem(
            f"{text!r} is no opaque colour.", hint="Write a name, such as white, or '#rrggbb'."
        )
    return levels[0], levels[1], levels[2]


def decode_image(path: Path, *, background: Colour = WHITE) -> Tensor:
    """Return the pixels of a file, uint8 ``(3, H, W)`` RGB, turned as its EXIF orientation says.

    Parameters
    ----------
    background : three integers, 0 to 255
        What transparent pixels are laid over; white by default. The colour hidden below them never shows.

    Raises
    ------
    BadImage
        The file cannot be read, is damaged or cut off, or declares too many pixels.

    Notes
    -----
    * JPEG is decoded at full size, always: decoding at a fraction, as Pillow's draft mode does, would blur
      JPEG and no other format.
    * 16 bits a channel: the high byte is kept, nothing is clipped. Floats must lie in [0, 1]; 32-bit
      integers, which have no agreed range, are refused.
    * Colour profiles are not applied, and CMYK becomes RGB by Pillow's plain formula.
    * Of an animation, or of several pages, the first is taken.
    """
    with opened(path) as image:
        return decode(image, background=background)


def decode(image: Image.Image, *, background: Colour = WHITE) -> Tensor:
    """Return the pixels of an image that `opened` yields, as `decode_image` describes them."""
    pixels = _decode_jpeg(image)
    if pixels is None:
        pixels = torch.from_numpy(_to_rgb(image, background)).permute(2, 0, 1)
    return turn_upright(pixels, orientation_of(image))


def _decode_jpeg(image: Image.Image) -> Tensor | None:
    """Return ``(3, H, W)``, or None where Pillow must do it: other formats, CMYK, damaged files.

    Pixel for pixel what Pillow decodes, in two thirds of the time. It would save little on PNG and WebP.
    """
    if decode_jpeg is None or image.format not in ("JPEG", "MPO") or image.mode not in ("RGB", "L"):
        return None
    content = torch.from_numpy(np.fromfile(image.filename, dtype=np.uint8))  # type: ignore[attr-defined]
    try:
        pixels: Tensor = decode_jpeg(content, mode=ImageReadMode.RGB)
    except RuntimeError:  # Pillow says more clearly what is wrong
        return None
    return pixels


def _to_rgb(image: Image.Image, background: Colour) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Return ``(H, W, 3)``."""
    image.load()
    if image.mode.startswith("I;16"):
        image = _from_16_bits(image)
    elif image.mode == "F":
        image = _from_unit_floats(image)
    elif image.mode == "I":
        raise Refused("32-bit integers have no agreed range; save it with 8 or 16 bits a channel")
    elif image.has_transparency_data:
        image = _lay_over(image, background)
    return np.array(image.convert("RGB"))


def _lay_over(image: Image.Image, background: Colour) -> Image.Image:
    if image.mode == "La":  # premultiplied grey converts to nothing but LA
        image = image.convert("LA")
    canvas = Image.new("RGBA", image.size, background)
    return Image.alpha_composite(canvas, image.convert("RGBA"))


def _from_16_bits(image: Image.Image) -> Image.Image:
    if "transparency" in image.info:  # Pillow would clip such an image to lay it over anything
        raise Refused("its 16-bit greys have a transparent level; save it with an alpha channel")
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _from_unit_floats(image: Image.Image) -> Image.Image:
    levels = np.asarray(image)  # (H, W) float32
    if not (levels.min() >= 0 and levels.max() <= 1):  # NaN fails it too
        raise Refused("its floats do not lie in [0, 1]")
    return Image.fromarray(np.rint(levels * 255).astype(np.uint8))


def orientation_of(image: Image.Image) -> int:
    """Return what EXIF says, 1 to 8, and 1 for an image without EXIF or with a broken one."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # the pixels are there whatever is wrong with the metadata
        return 1


def turn_upright(pixels: Tensor, orientation: int) -> Tensor:
    """Return pixels ``(C, H, W)`` turned as an EXIF orientation says, ``(C, W, H)`` from 5 on."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 2)
    return pixels.flip(_FLIPS[orientation]) if orientation in _FLIPS else pixels
