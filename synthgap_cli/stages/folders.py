"""The images of each domain before any is read: source, group, label, and how they will be split."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging.grouping import groups_of
from synthgap_cli.imaging.labels import labels_of
from synthgap_cli.imaging.scan import Found, fingerprint, scan
from synthgap_cli.stages.run import Reporter
from synthgap_cli.statistics.shared_splits import assign_shared_splits, share_groups
from synthgap_cli.statistics.splits import MIN_GROUPS, Fractions, SplitBy, assign_splits


@dataclass(frozen=True)
class Folders:
    """The folders of one domain."""

    domain: str
    role: str
    roots: tuple[Path, ...]


@dataclass(frozen=True)
class Scanned:
    """What lies in the folders of a domain; entry i of each list is one image.

    Groups are told apart across sources: with several folders a group's name begins with its source's.
    """

    folders: Folders
    found: list[Found]
    source: list[str]
    group: list[str]
    label: list[str] | None
    fingerprints: dict[str, str]  # source -> digest of its names, sizes and times


def scan_domain(folders: Folders, *, group_regex: str | None, label_from: str | None) -> Scanned:
    """Return the images below a domain's folders, folder by folder, each in the scan's order."""
    sources = _source_names(folders.roots)
    scanned = Scanned(folders, [], [], [], None if label_from is None else [], {})
    for source, root in zip(sources, folders.roots, strict=True):
        found = scan(root)
        ids = [image.id for image in found]
        groups = groups_of(ids, regex=group_regex)
        scanned.found.extend(found)
        scanned.source.extend([source] * len(found))
        scanned.group.extend(f"{source}/{group}" if len(sources) > 1 else group for group in groups)
        scanned.fingerprints[source] = fingerprint(found)
        if scanned.label is not None and label_from is not None:
            labels = labels_of(ids, label_from)
            scanned.label.extend(labels.get(identifier, "") for identifier in ids)
    return scanned


def split_by(scanned: Sequence[Scanned], reporter: Reporter) -> SplitBy:
    """Return whether splits keep groups together: only if every domain has at least ten."""
    scarce = {s.folders.domain: len(set(s.group)) for s in scanned if len(set(s.group)) < MIN_GROUPS}
    if not scarce:
        return "group"
    counted = ", ".join(f"{domain} has {count}" for domain, count in scarce.items())
    reporter.warn(
        f"Fewer than {MIN_GROUPS} groups ({counted}): all domains are split by image. Frames of one scene "
        "may then lie on both sides of a split, and tests take all images as independent. --group-regex or "
        "sub-folders tell the scenes apart."
    )
    return "image"


def assign(
    scanned: Sequence[Scanned], *, fractions: Fractions, seed: int, by: SplitBy, reporter: Reporter
) -> tuple[list[NDArray[np.str_]], bool]:
    """Return the split of each image of each domain, and whether one domain's depends on the others.

    It does where domains share groups, or, split by image, the names of files without their endings: the
    same scene, photographed and rendered, or one picture in two formats. Such a scene lies in one split, or
    a judge would meet it in training as a photograph and in the test as a rendering.
    """
    units = [one.group if by == "group" else stems(one) for one in scanned]
    if not share_groups(units):
        return [assign_splits(one.group, fractions=fractions, seed=seed, by=by) for one in scanned], False
    what = "groups" if by == "group" else "file names"
    reporter.note(f"The domains share {what}: what has one name lies in one split, on both sides.")
    return assign_shared_splits(units, fractions=fractions, seed=seed), True


def stems(scanned: Scanned) -> list[str]:
    """Return the id of each image without the ending of its file's name."""
    return [image.id.rpartition(".")[0] for image in scanned.found]


def digest_of_labels(label_from: str | None) -> str | None:
    """Return the digest of the label table, if labels come from one: its content is part of the recipe."""
    if label_from is None or not Path(label_from).is_file():
        return None
    return hashlib.sha256(Path(label_from).read_bytes()).hexdigest()


def _source_names(roots: Sequence[Path]) -> list[str]:
    """Return a name for each folder: its own, numbered where two share one."""
    names = [root.resolve().name or "root" for root in roots]
    if len({root.resolve() for root in roots}) < len(roots):
        raise UsageProblem(f"A folder is given twice: {', '.join(map(str, roots))}.")
    seen: Counter[str] = Counter()
    numbered = []
    for name in names:
        seen[name] += 1
        numbered.append(name if names.count(name) == 1 else f"{name}-{seen[name]}")
    return numbered
