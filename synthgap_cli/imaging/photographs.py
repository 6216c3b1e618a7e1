"""Which images of a data set are photographs or renders, and which are annotations of these."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from PIL import Image

from synthgap_cli.errors import InputMissing
from synthgap_cli.imaging.opening import BadImage, opened
from synthgap_cli.imaging.scan import Found

_WORDS = (
    "gt(fine|coarse)?|ground_?truth|labels?|(train|val|test)?annot|annotations?|masks?|ids?|seg[a-z]*|semantics?|semseg|instances?"
    "|panoptic|depths?|disparity|normals?|flow|class(ids)?|objectids|labelids|instanceids|trainids"
)
_FOLDER = re.compile(rf"({_WORDS})([_-].*)?|.*[_-]({_WORDS})", re.IGNORECASE)
_ENDING = re.compile(rf"(.+?)([_.-]({_WORDS}|color|alpha))+", re.IGNORECASE)  # of a stem: 0001_mask
_BEGINNING = re.compile(rf"({_WORDS})[_.-]?(\d+)", re.IGNORECASE)  # mask0001, segmentation_2
_COLOURS = re.compile(r"(?:rgb|colou?r|images?|img|frame|render)[_.-]?(\d+)", re.IGNORECASE)  # rgb_2
_CAMERA = "_leftImg8bit"  # what Cityscapes calls its photographs, and not their annotations


def tell_annotations_apart(
    found: Sequence[Found], *, include: Collection[str] = (), exclude: Collection[str] = ()
) -> tuple[list[Found], dict[str, str]]:
    """Return the photographs, in the order of ``found``, and why each other image is none, by its id.

    An image is an annotation if it has a palette or no more than two levels, is a grey PNG or has greys of
    16 bits, or lies in a folder called labels, masks, depth or the like, or its name begins or ends so,
    *and* another image stands beside it, anywhere, whose stem is the same and of which none of this is
    true. So a folder of depth images or X-rays alone is a folder of images.

    Parameters
    ----------
    found : sequence of Found
        As `scan` returns it.
    include, exclude : collections of str
        Patterns of ids, as shells have them (``*`` crosses folders). Where there are any to include, no
        other image is a photograph, and whether one looks like an annotation is not asked.

    Raises
    ------
    InputMissing
        No image is left.
    """
    reasons = _by_pattern(found, include, exclude)
    if not include:
        reasons |= _by_sibling([image for image in found if image.id not in reasons])
    kept = [image for image in found if image.id not in reasons]
    if not kept:
        first = next(iter(reasons.items()))
        raise InputMissing(
            f"None of the {len(found)} images is left to take: {first[0]} {first[1]}, for one.",
            hint="See --include and --exclude.",
        )
    return kept, reasons


def _by_pattern(found: Sequence[Found], include: Collection[str], exclude: Collection[str]) -> dict[str, str]:
    reasons = {}
    for image in found:
        if include and not _matches(image.id, include):
            reasons[image.id] = "is not among those to include"
        if _matches(image.id, exclude):
            reasons[image.id] = "is excluded"
    return reasons


def _matches(identifier: str, patterns: Collection[str]) -> bool:
    return any(fnmatchcase(identifier, pattern) for pattern in patterns)


def _by_sibling(found: Sequence[Found]) -> dict[str, str]:
    """Return why images are annotations of others, by id."""
    by_stem: dict[str, list[Found]] = defaultdict(list)
    for image in found:
        by_stem[_stem(image.id)].append(image)
    reasons: dict[str, str] = {}
    for siblings in by_stem.values():
        if len(siblings) == 1:
            continue
        looks = {image.id: _looks_like_annotation(image) for image in siblings}
        if not all(looks.values()):
            reasons |= {id: reason for id, reason in looks.items() if reason}
    return reasons


def _stem(identifier: str) -> str:
    """Return the name without its ending and a word that says what it shows.

    0001 of a/0001_mask.png, mask0001.png and rgb_0001.png.
    """
    stem = PurePosixPath(identifier).stem.removesuffix(_CAMERA)
    if named := _ENDING.fullmatch(stem):
        return named[1]
    numbered = _BEGINNING.fullmatch(stem) or _COLOURS.fullmatch(stem)
    return numbered[numbered.re.groups] if numbered else stem


def _looks_like_annotation(image: Found) -> str:
    """Return what makes an image look like one; empty where nothing does."""
    *folders, name = PurePosixPath(image.id).parts
    for folder in folders:
        if _FOLDER.fullmatch(folder):
            return f"lies in a folder of annotations ({folder})"
    if _ENDING.fullmatch(PurePosixPath(name).stem) or _BEGINNING.fullmatch(PurePosixPath(name).stem):
        return "is called like an annotation"
    try:
        with opened(image.path) as file:
            return _looks_of(file)
    except BadImage:  # who reads the pixels reports it
        return ""


def _looks_of(file: Image.Image) -> str:
    if file.mode in ("1", "P") and file.format == "PNG":
        return "has a palette, as label maps have" if file.mode == "P" else "has two levels, as masks have"
    if file.mode == "L" and file.format == "PNG":
        return "is grey beside an image in colours, as label maps are"
    if file.mode.startswith("I;16") or file.mode in ("I", "F"):
        return "has one channel of many levels, as depth maps have"
    return ""
