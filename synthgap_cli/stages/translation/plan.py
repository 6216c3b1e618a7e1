"""What a folder holds for a translation: images in blocks, and files to copy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.imaging.photographs import tell_annotations_apart
from synthgap_cli.imaging.scan import Found, fingerprint, scan, visible
from synthgap_cli.stages.rows import parse_splits
from synthgap_cli.stages.translation.journal import is_translation
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.samples import Samples
from synthgap_cli.translation.papers import MANIFEST, OTHER_MANIFEST, RECORD, REJECTS

BLOCK = 4
"""Images that go through the network together. The last bits of what is computed of an image may depend on
the others, so blocks are cut alike whichever images are still to be made, and on however many machines."""
KNOWN = ("source", "split", "group", "label")


@dataclass(frozen=True)
class Item:
    """An image to translate, and what the study knows of it: empty texts where it does not."""

    found: Found
    known: dict[str, str]


@dataclass(frozen=True)
class Folder:
    """The files of a folder.

    Attributes
    ----------
    root : Path
    items : list of Item
    left_out : dict of str to str
        Why other images, by id, are none to translate: annotations, other splits.
    copied : list of Path
        All files to copy, relative to the root.
    empty : list of Path
        Folders with nothing in them, relative to the root.
    left_behind : list of str
        What else lies there, and why it is not copied, in words.
    fingerprint : str
        Of the images' names, sizes and times.
    """

    root: Path
    items: list[Item]
    left_out: dict[str, str]
    copied: list[Path]
    empty: list[Path]
    left_behind: list[str]
    fingerprint: str

    def blocks(self, shard: tuple[int, int]) -> list[list[Item]]:
        """Return the blocks of shard i of n, contiguous ones."""
        number, of = shard
        blocks = [self.items[start : start + BLOCK] for start in range(0, len(self.items), BLOCK)]
        first, last = (len(blocks) * part // of for part in (number - 1, number))
        return blocks[first:last]


def look_into(
    root: Path,
    shift: Header,
    *,
    split: str | None,
    include: Sequence[str],
    exclude: Sequence[str],
) -> Folder:
    """Return what is to be done with the files of a folder.

    Parameters
    ----------
    root : Path
    shift : Header
        Whose rows tell split, group and label of the images that it holds.
    split : str, optional
        Splits to translate alone; images of others, and files that are called like them, are left out.
    include, exclude : sequences of str
        As `tell_annotations_apart` takes them.

    Raises
    ------
    InputMissing
        No image is there, or none is left.
    UsageProblem
        Splits are asked for of images that the study does not know.
    """
    found = scan(root)
    images, annotations = tell_annotations_apart(found, include=include, exclude=exclude)
    known = _known(shift, root)
    items = [Item(image, known.get(image.id, dict.fromkeys(KNOWN, ""))) for image in images]
    kept = _of_splits(items, split, shift) if split else items
    kept_ids = {item.found.id for item in kept}
    elsewhere = {item.found.id: "is of another split" for item in items if item.found.id not in kept_ids}
    return Folder(
        root,
        kept,
        annotations | elsewhere,
        *_to_copy(root, [image.path for image in images], [item.found.path for item in kept]),
        fingerprint(found),
    )


def _of_splits(items: list[Item], split: str, shift: Header) -> list[Item]:
    splits = parse_splits(split)
    if not any(item.known["split"] for item in items):
        raise UsageProblem(
            f"{shift.path} knows none of the {len(items)} images, so it cannot tell their splits.",
            hint="Translate the folder that the study was made of, or leave out --split.",
        )
    kept = [item for item in items if item.known["split"] in splits]
    if not kept:
        raise InputMissing(f"None of the {len(items)} images lies in {split}.")
    return kept


def _known(shift: Header, root: Path) -> dict[str, dict[str, str]]:
    """Return by id what the rows of a store say; of several sources, those of the folder's name alone."""
    with open_store(shift.path, shift.kind) as store:
        samples = store.samples()
    sources = set(samples["source"])
    if len(sources) > 1:
        samples = samples.select((samples["source"] == root.resolve().name).nonzero()[0])
    return {samples["id"][row]: _row(samples, row) for row in range(len(samples))}


def _row(samples: Samples, row: int) -> dict[str, str]:
    return {name: str(samples[name][row]) if name in samples else "" for name in KNOWN}


def _to_copy(
    root: Path, images: Sequence[Path], kept: Sequence[Path]
) -> tuple[list[Path], list[Path], list[str]]:
    """Return every file that is no image to translate, but for those called like images that are left out;
    empty folders; and what is left behind.
    """
    taken, stems = set(images), {path.stem for path in kept}
    alone = {path.stem for path in images} - stems
    papers = _papers(root)
    copied, empty, left = [], [], []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(visible(folders))
        left += [
            f"{path} is a link to a folder, and is not followed"
            for path in _below(folder, folders)
            if path.is_symlink()
        ]
        names = [name for name in sorted(visible(files)) if not name.endswith(".partial")]
        if not folders and not names:
            empty.append(Path(folder).relative_to(root))
        for path in _below(folder, names):
            if path in papers:
                left.append(f"{path} has a name that this translation needs for its own")
            elif path not in taken and not path.is_file():
                left.append(f"{path} is {'a link that leads nowhere' if path.is_symlink() else 'no file'}")
            elif path not in taken and path.stem not in alone:
                copied.append(path.relative_to(root))
    return copied, empty, left


def _below(folder: str, names: Sequence[str]) -> list[Path]:
    return [Path(folder, name) for name in names]


def _papers(root: Path) -> list[Path]:
    """Return what a translation would write, or has written, at the top of a folder."""
    names = [RECORD, OTHER_MANIFEST, REJECTS, *([MANIFEST] if is_translation(root) else [])]
    return [root / name for name in names]
