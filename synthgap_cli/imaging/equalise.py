"""One treatment for the images of both sides, so that their files' size and compression tell nobody apart."""

# H height, W width

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.confounds import NOT_A_JPEG, Confounds
from synthgap_cli.imaging.opening import Refused
from synthgap_cli.imaging.resize import resize_levels

AUTO = "auto"
SHRINK = 3 / 4
"""What `choose_treatment` leaves of the shorter side of the smallest images: enough to blur the grid of 8x8
blocks of every source, so that the new grid is the only one. See docs/confounds.md for what that hides."""
SPARED = 1
"""Per cent of each side, the smallest and the most compressed images, that do not decide for all others."""
ENCODER = "Pillow, 4:2:0, standard tables"

_BLOCK = 8  # a JPEG block's side
_RANGES = {"size": (_BLOCK, 8192), "jpeg": (1, 100)}
_HINT = f"Write auto, size:S,jpeg:Q or one of the two: S from {_BLOCK} pixels on, Q from 1 to 100."


@dataclass(frozen=True)
class Treatment:
    """What every image goes through.

    Attributes
    ----------
    size : int, optional
        Pixels of the shorter side after an antialiased resize; None leaves the size.
    jpeg : int, optional
        Quality at which it is then encoded as JPEG and decoded again; None does not.
    """

    size: int | None
    jpeg: int | None

    def __str__(self) -> str:
        steps = {"size": self.size, "jpeg": self.jpeg}
        return ",".join(f"{name}:{value}" for name, value in steps.items() if value is not None)


def parse_treatment(text: str) -> Treatment:
    """Return the treatment that ``size:256,jpeg:75``, ``size:256`` or ``jpeg:75`` names.

    Raises
    ------
    UsageProblem
        It names none.
    """
    steps: dict[str, int] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(size|jpeg):(\d{1,4})\s*", part)
        if match is None or match[1] in steps:
            raise UsageProblem(f"{text!r} is no treatment.", hint=_HINT)
        low, high = _RANGES[match[1]]
        if not low <= int(match[2]) <= high:
            raise UsageProblem(f"{match[1]}:{match[2]} is not between {low} and {high}.", hint=_HINT)
        steps[match[1]] = int(match[2])
    return Treatment(steps.get("size"), steps.get("jpeg"))


def choose_treatment(sides: Sequence[Sequence[Confounds]]) -> Treatment:
    """Return the treatment that leaves all images of all sides alike.

    The size is three quarters of the shorter side of the smallest images, cut to whole blocks; the quality
    is the lowest found among the JPEG files, and where there are none, nothing is encoded. On each side one
    per cent of the images is not looked at: one icon would make all others as small.

    Parameters
    ----------
    sides : sequences of Confounds
        What the headers of each side's files say; each side has one at least.
    """
    shorter = [[min(one.width, one.height) for one in side] for side in sides]
    smallest = min(np.percentile(side, SPARED, method="lower") for side in shorter)
    qualities = [[one.jpeg_quality for one in side if one.jpeg_quality != NOT_A_JPEG] for side in sides]
    lowest = [np.percentile(side, SPARED, method="lower") for side in qualities if side]
    size = max(_BLOCK, int(smallest * SHRINK) // _BLOCK * _BLOCK)
    return Treatment(size, int(min(lowest)) if lowest else None)


def equalise(image: Tensor, treatment: Treatment) -> Tensor:
    """Return the image after the treatment, uint8 ``(3, h, w)``.

    The resize is that of `fit_image`; the encoder is always the same, whatever the source was: Pillow's,
    chroma at half the resolution (4:2:0), standard Huffman tables.

    Parameters
    ----------
    image : uint8 (3, H, W)
        As `decode_image` returns it.

    Raises
    ------
    Refused
        The image is smaller than the treatment's size: enlarged, it would be smoother than all others.

    Notes
    -----
    An image that is not resized keeps its blocks. Encoded again at its own quality it then hardly changes,
    and a lossless copy of it becomes the same image; encoded at a lower one it is quantised twice on one
    grid, which shows. So either all images are resized first, or all JPEG files have the one quality.
    """
    if treatment.size is not None:
        image = _shrink(image, treatment.size)
    return image if treatment.jpeg is None else _encode_and_decode(image, treatment.jpeg)


def _shrink(image: Tensor, size: int) -> Tensor:
    """Return ``(3, h, w)``, the shorter of h and w being ``size``."""
    height, width = image.shape[1:]
    shorter = min(height, width)
    if shorter < size:
        raise Refused(f"its shorter side has {shorter} pixels, and it is to be equalised at {size}")
    return resize_levels(image, *(round(side * size / shorter) for side in (height, width)))


def _encode_and_decode(image: Tensor, quality: int) -> Tensor:
    file = io.BytesIO()
    pixels = image.permute(1, 2, 0).contiguous().numpy()  # (H, W, 3)
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling="4:2:0", optimize=False)
    with Image.open(file) as decoded:
        return torch.from_numpy(np.array(decoded)).permute(2, 0, 1)
