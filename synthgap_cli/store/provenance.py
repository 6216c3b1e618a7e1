"""Where a store comes from: the recipe, the parents, and the rows that something upstream has seen."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from typing import Any

from synthgap_cli import __version__

RECORDED_PACKAGES = ("torch", "torchvision", "numpy", "scipy", "scikit-learn", "h5py", "pillow")


@dataclass(frozen=True)
class Parent:
    """A file that another was made from."""

    role: str  # what it was to the command: images, vae, latents, target, ...
    path: str  # relative to the child's directory where that is possible
    kind: str
    sha256: str  # its content digest


@dataclass(frozen=True)
class FittedOn:
    """Rows that a model or a map upstream was fitted on or chosen by."""

    by: str
    domain: str
    splits: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """What was done to what: equal recipes make equal stores."""

    command: str
    parameters: Mapping[str, Any]
    parents: tuple[Parent, ...] = ()

    def same_as(self, other: Recipe) -> bool:
        """Whether both say the same, wherever the parents lie."""
        return self.essence() == other.essence()

    def essence(self) -> str:
        """Return a text that equal recipes share: command, parameters, and the parents by content."""
        parents = sorted((parent.role, parent.sha256) for parent in self.parents)
        return json.dumps([self.command, self.parameters, parents], sort_keys=True)

    def digest(self) -> str:
        """Return the SHA-256 of the essence, in hex: for where no room is for the recipe itself."""
        return hashlib.sha256(self.essence().encode()).hexdigest()


@dataclass(frozen=True)
class Provenance:
    """All that a store records about its making."""

    recipe: Recipe
    argv: tuple[str, ...] = ()
    device: str = "cpu"
    fitted_on: tuple[FittedOn, ...] = ()
    history: Mapping[str, Any] = field(default_factory=dict)  # content digest -> recipe of an ancestor
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the text of ``/provenance``."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Provenance:
        """Return what :meth:`to_json` wrote."""
        raw = json.loads(text)
        recipe = raw["recipe"]
        parents = tuple(Parent(**parent) for parent in recipe["parents"])
        fitted = (FittedOn(f["by"], f["domain"], tuple(f["splits"])) for f in raw["fitted_on"])
        return cls(
            recipe=Recipe(recipe["command"], recipe["parameters"], parents),
            argv=tuple(raw["argv"]),
            device=raw["device"],
            fitted_on=tuple(fitted),
            history=raw["history"],
            versions=raw["versions"],
        )

    def inherited(self, sha256: str) -> dict[str, Any]:
        """Return the history that a child of the store with this digest begins with."""
        return {**self.history, sha256: asdict(self.recipe)}


def current_versions() -> dict[str, str]:
    """Return the versions of synthgap, Python and the packages whose numbers enter a store."""
    packages = {name: metadata.version(name) for name in RECORDED_PACKAGES}
    return {"synthgap": __version__, "python": platform.python_version(), **packages}


def seen_splits(fitted_on: Iterable[FittedOn]) -> set[str]:
    """Return the splits of which something upstream has seen rows, of any domain."""
    return {split for fitted in fitted_on for split in fitted.splits}
