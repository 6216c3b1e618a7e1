"""Before and after: synthetic images at full size beside what they became."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image

from synthgap_cli.imaging.decode import decode_image
from synthgap_cli.imaging.opening import BadImage
from synthgap_cli.report.content import Paragraph, Picture, Section
from synthgap_cli.report.directory import StudyDirectory, images, samples
from synthgap_cli.statistics.spreading import spread_over_groups
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind
from synthgap_cli.translation.papers import MANIFEST, OTHER_MANIFEST

PAIRS = 4
_WIDEST = 640  # pixels of one picture: larger ones are reduced, for the page
_NARROWEST = 320  # smaller ones are shown by larger pixels
_GAP = 8


def sections(study: StudyDirectory) -> list[Section]:
    """Return pairs of a translated folder, or else of a translated store; nothing where there is neither."""
    told = study.record.get("translated")
    if told and (pairs := list(_pairs_of_files(study.path / told["from"], study.path / told["to"]))):
        return [
            _section(
                f"{told['to']} is {told['from']} translated by {told['by']}, to train on: the names are the "
                "same, and so are the annotations.",
                pairs,
            )
        ]
    stores = [h for h in study.of_kind(Kind.IMAGES, "decode") if "detail" in h.attributes]
    if not stores:
        return []
    shown = f"Images as they were stored, translated by {'.'.join(stores[0].steps)}."
    return [_section(shown, list(_pairs_of_stores(study.originals[1], stores[0])))]


def _section(told: str, pairs: list[tuple[str, Image.Image, Image.Image]]) -> Section:
    pictures = [
        Picture(
            _side_by_side(before, after),
            f"{name} before and after the translation, side by side",
            f"{name}: as it was, and translated ({before.width} x {before.height} pixels).",
        )
        for name, before, after in pairs
    ]
    return Section("Before and after", "translated", [Paragraph(told), *pictures])


def _pairs_of_files(root: Path, output: Path) -> Iterator[tuple[str, Image.Image, Image.Image]]:
    """Yield some images of a translated folder, one a group, where both files are there."""
    names = (OTHER_MANIFEST, MANIFEST)  # in this order: beside the first the second is of others
    manifest = next((output / name for name in names if (output / name).is_file()), None)
    if manifest is None:
        return
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["dropped"]]
    groups = np.asarray([row["group"] or row["file"] for row in rows], dtype=object)
    for index in spread_over_groups(groups, PAIRS):
        name = rows[index]["file"]
        with suppress(BadImage):  # one of both is gone, or has been changed since
            yield name, _open(root / name), _open(output / name)


def _open(path: Path) -> Image.Image:
    return Image.fromarray(decode_image(path).permute(1, 2, 0).contiguous().numpy())


def _pairs_of_stores(original: Header, translated: Header) -> Iterator[tuple[str, Image.Image, Image.Image]]:
    told = samples(translated)
    rows = np.sort(spread_over_groups(told["group"], PAIRS))
    pairs = zip(rows, images(original, rows), images(translated, rows), strict=True)
    for row, before, after in pairs:
        yield told["id"][row], Image.fromarray(before), Image.fromarray(after)


def _shown(picture: Image.Image) -> Image.Image:
    factor = max(1, _NARROWEST // picture.width)
    if factor > 1:
        return picture.resize((factor * picture.width, factor * picture.height), Image.Resampling.NEAREST)
    picture.thumbnail((_WIDEST, _WIDEST))
    return picture


def _side_by_side(before: Image.Image, after: Image.Image) -> bytes:
    """Return both as one WebP, white between them."""
    before, after = _shown(before), _shown(after)
    sheet = Image.new("RGB", (2 * before.width + _GAP, before.height), "white")
    sheet.paste(before, (0, 0))
    sheet.paste(after, (before.width + _GAP, 0))
    encoded = io.BytesIO()
    sheet.save(encoded, "WEBP", quality=90)
    return encoded.getvalue()
