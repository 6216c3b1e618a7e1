"""Image files taken apart for a change of their colours, and put together again as they were."""

# H height, W width

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import torch
from PIL import ExifTags, Image, JpegImagePlugin
from torch import Tensor

from synthgap_cli.imaging.confounds import bit_depth, read_jpeg_quality
from synthgap_cli.imaging.decode import decode, orientation_of, turn_upright
from synthgap_cli.imaging.opening import Refused, opened

_LUMA = torch.tensor([0.299, 0.587, 0.114]).reshape(3, 1, 1)  # ITU-R BT.601, as Pillow's greys
_GREYS = ("L", "LA", "La", "I;16", "I;16L", "I;16B")
_KEPT = ("icc_profile", "dpi", "comment")
_UNKNOWN_WEBP_QUALITY = 90
_COLOURS_OF_A_PALETTE = 256


@dataclass(frozen=True)
class Original:
    """What a file shows, and all that is needed to save other colours as it was saved.

    Attributes
    ----------
    colours : (3, H, W)
        RGB, upright; uint8, or float32 in [0, 1] of greys with 16 bits.
    alpha : uint8 (H, W), optional
        Upright; None where nothing is transparent.
    mode : str
        Pillow's mode of the file.
    format : str
        Pillow's name of the format; that of an MPO, a JPEG with more pictures behind the first, is JPEG.
    options : dict
        What `PIL.Image.Image.save` is told.
    loses_bits : bool
        The file has more bits a channel than will be written.
    """

    colours: Tensor
    alpha: Tensor | None
    mode: str
    format: str
    options: dict[str, Any]
    loses_bits: bool

    def save(self, colours: Tensor, file: BinaryIO) -> None:
        """Write the file with other colours ``(3, H, W)`` of the same type, as the original was saved.

        JPEG has the quantisation tables and the chroma of the original, other formats lose nothing but what
        a palette loses; WebP that is lossy, whose quality no file tells, gets 90. What EXIF says is kept,
        but for the orientation: the pixels are upright. So is a colour profile.
        """
        _as_picture(self, colours).save(file, format=self.format, **self.options)


def read_original(path: Path) -> Original:
    """Return the colours of a file and how it is saved.

    Raises
    ------
    BadImage
        The file cannot be read, or is of a kind that cannot be written again without loss of something
        that matters: CMYK, Lab, an animation, 32 bits.
    """
    with opened(path) as image:
        _refuse_unwritable(image)
        depth, options = (
            bit_depth(image),
            _options(image),
        )  # in this order: EXIF of a PNG lies behind its pixels
        return Original(
            *_pixels(image),
            mode=image.mode,
            format="JPEG" if image.format == "MPO" else str(image.format),
            options=options,
            loses_bits=depth > 8 and image.mode not in _GREYS,
        )


def _refuse_unwritable(image: Image.Image) -> None:
    if image.mode in ("CMYK", "LAB", "I", "F", "1"):
        raise Refused(f"images of mode {image.mode} are not translated; save it as RGB")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise Refused("it is an animation or has several pages; save the pages one by one")


def _pixels(image: Image.Image) -> tuple[Tensor, Tensor | None]:
    turn = orientation_of(image)
    if image.mode.startswith("I;16"):
        grey = torch.from_numpy(np.asarray(image).astype(np.float32) / 65535)  # (H, W)
        return turn_upright(grey.expand(3, -1, -1), turn), None
    if not image.has_transparency_data:
        return decode(image), None
    image.load()
    layers = torch.from_numpy(np.array(image.convert("RGBA"))).permute(2, 0, 1)
    layers = turn_upright(layers, turn)
    return layers[:3], layers[3]


def _as_picture(original: Original, colours: Tensor) -> Image.Image:
    if original.mode.startswith("I;16"):
        grey = (colours * _LUMA).sum(dim=0).mul(65535).round()  # (H, W)
        return Image.fromarray(grey.numpy().astype(np.uint16))
    levels = colours.permute(1, 2, 0).contiguous().numpy()
    picture = Image.fromarray(levels)  # RGB
    if original.alpha is not None:
        picture.putalpha(Image.fromarray(original.alpha.contiguous().numpy()))
    if original.mode in ("P", "PA"):
        return picture.quantize(_COLOURS_OF_A_PALETTE, method=Image.Quantize.FASTOCTREE)
    if original.mode in _GREYS:
        return picture.convert("L" if original.alpha is None else "LA")
    return picture


def _options(image: Image.Image) -> dict[str, Any]:
    kept: dict[str, Any] = {name: image.info[name] for name in _KEPT if name in image.info}
    if exif := _exif(image):
        kept["exif"] = exif
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return kept | _jpeg_options(image)
    if image.format == "WEBP":
        return kept | _webp_options(image)
    if image.format == "TIFF" and "compression" in image.info:
        kept["compression"] = image.info["compression"]
    return kept


def _exif(image: Image.Image) -> bytes:
    """Return the file's EXIF without its orientation; nothing of a file without EXIF or with a broken one."""
    try:
        exif = Image.Exif()
        exif.load(image.getexif().tobytes())  # a copy: by its own the image is still to be turned
        exif.pop(ExifTags.Base.Orientation, None)
        return exif.tobytes() if len(exif) and image.format in ("JPEG", "MPO", "PNG", "WEBP") else b""
    except Exception:  # the pixels are there whatever is wrong with the metadata
        return b""


def _jpeg_options(image: JpegImagePlugin.JpegImageFile) -> dict[str, Any]:
    options: dict[str, Any] = {"progressive": bool(image.info.get("progressive"))}
    tables = image.quantization
    if tables and len(tables) <= 4 and all(max(table) < 256 for table in tables.values()):
        options["qtables"] = [tables[number] for number in sorted(tables)]
    else:
        options["quality"] = max(1, read_jpeg_quality(image))
    if (sampling := JpegImagePlugin.get_sampling(image)) >= 0:
        options["subsampling"] = sampling
    return options


def _webp_options(image: Image.Image) -> dict[str, Any]:
    with Path(image.filename).open("rb") as file:  # type: ignore[attr-defined]
        head = file.read(16)
    return {"lossless": True} if head[12:16] == b"VP8L" else {"quality": _UNKNOWN_WEBP_QUALITY}
