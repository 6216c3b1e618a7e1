"""What a file says of itself before its data is read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synthgap_cli.errors import InvalidInput
from synthgap_cli.store.provenance import Parent, Provenance
from synthgap_cli.store.schema import FORMAT_VERSION, Kind

TAG = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Header:
    """Kind, domain, steps and provenance of a store or VAE file.

    ``steps`` are the tags of what was done to the originals; ``reference_steps`` those of the store on the
    real side that this one is to be compared with (a shift has no counterpart there).
    """

    kind: Kind
    provenance: Provenance
    domain: str = ""
    role: str = ""  # reference or candidate
    steps: tuple[str, ...] = ()
    reference_steps: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    path: Path = Path()
    sha256: str = ""

    def semantic(self) -> dict[str, Any]:
        """Return the attributes that enter the content digest."""
        return {
            "format-kind": str(self.kind),
            "format-version": FORMAT_VERSION,
            "domain": self.domain,
            "role": self.role,
            "steps": ".".join(self.steps),
            "reference-steps": ".".join(self.reference_steps),
            "attributes": json.dumps(dict(self.attributes), sort_keys=True),
        }

    def as_parent(self, role: str, *, child: Path) -> Parent:
        """Return how a child at ``child`` refers to this file."""
        return Parent(role, _relative(self.path, child.parent), str(self.kind), self.sha256)


def parse_header(attributes: Mapping[str, Any], provenance: str, path: Path) -> Header:
    """Return the header that these stored attributes describe.

    Raises
    ------
    InvalidInput
        One is missing, is no text, or holds a name that cannot be part of a file name.
    """
    try:
        values = {name: str(attributes[name]) for name in _HEADER_NAMES}
        header = Header(
            kind=Kind(values["format-kind"]),
            provenance=Provenance.from_json(provenance),
            domain=values["domain"],
            role=values["role"],
            steps=split_steps(values["steps"]),
            reference_steps=split_steps(values["reference-steps"]),
            attributes=json.loads(values["attributes"]),
            path=path,
            sha256=values["content-sha256"],
        )
        if not isinstance(header.attributes, dict):
            raise TypeError("attributes are no object")
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput(f"{path}: its header cannot be read ({error}).") from error
    for tag in filter(None, (header.domain, *header.steps, *header.reference_steps)):
        if not TAG.fullmatch(tag):
            raise InvalidInput(f"{path}: {tag!r} is no name for a domain or step.")
    return header


_HEADER_NAMES = (
    "format-kind",
    "domain",
    "role",
    "steps",
    "reference-steps",
    "attributes",
    "content-sha256",
)


def split_steps(dotted: str) -> tuple[str, ...]:
    """Return the steps of ``a.b``; of an empty text, none."""
    return tuple(filter(None, dotted.split(".")))


def _relative(path: Path, directory: Path) -> str:
    return Path(os.path.relpath(path.resolve(), directory.resolve())).as_posix()
