"""How a stage is run: by whom it is asked, what it may replace, and to whom it reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from synthgap_cli.arrays import untracked
from synthgap_cli.errors import OutputExists, SynthgapError, UsageProblem
from synthgap_cli.store.files import read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Provenance, Recipe, current_versions

T = TypeVar("T")


class Reporter(Protocol):
    """Somebody who is told how it goes."""

    def note(self, text: str) -> None:
        """Take a fact."""

    def warn(self, text: str) -> None:
        """Take something that the user should know before using the result."""

    def plan(self, path: Path, sources: Sequence[str]) -> None:
        """Take what a dry run would write, and from what."""

    def track(self, items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        """Yield the items and tell how far it is."""
        ...


class Silence:
    """A reporter that tells nobody."""

    def note(self, text: str) -> None:
        """Drop the fact."""

    def warn(self, text: str) -> None:
        """Drop the warning."""

    def plan(self, path: Path, sources: Sequence[str]) -> None:
        """Drop the plan."""

    def track(self, items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        """Yield the items."""
        return untracked(items, description, total)


@dataclass(frozen=True)
class Run:
    """The circumstances of a stage; none of them changes what it computes, but the device its last bits."""

    reporter: Reporter = field(default_factory=Silence)
    argv: tuple[str, ...] = ()
    device: str = "auto"
    replace: Literal["never", "stale", "always"] = "never"
    dry_run: bool = False

    def must_make(self, path: Path, recipe: Recipe) -> bool:
        """Return whether ``path`` is still to be made by this recipe.

        Raises
        ------
        OutputExists
            It was made by another one, and may not be replaced.
        UsageProblem
            It is one of the inputs.
        """
        for parent in recipe.parents:
            if (path.parent / parent.path).resolve() == path.resolve():
                raise UsageProblem(f"{path} is an input; it cannot be the output too.")
        if self.replace != "always" and path.exists():
            if _made_by(path, recipe):
                self.reporter.note(f"{path} is up to date.")
                return False
            if self.replace == "never":
                raise OutputExists(
                    f"{path} exists and was made from other inputs or settings.",
                    hint="--force replaces it, -o writes elsewhere.",
                )
        if self.dry_run:
            self.reporter.plan(path, [parent.path for parent in recipe.parents])
        return not self.dry_run

    def provenance(
        self, recipe: Recipe, parents: Sequence[Header], fitted_on: Iterable[FittedOn] = ()
    ) -> Provenance:
        """Return what is to be recorded in a store that this recipe makes from these parents."""
        seen = dict.fromkeys(fitted for parent in parents for fitted in parent.provenance.fitted_on)
        history: dict[str, object] = {}
        for parent in parents:
            history |= parent.provenance.inherited(parent.sha256)
        return Provenance(
            recipe=recipe,
            argv=self.argv,
            device=self.device,
            fitted_on=(*seen, *(fitted for fitted in fitted_on if fitted not in seen)),
            history=history,
            versions=current_versions(),
        )


def _made_by(path: Path, recipe: Recipe) -> bool:
    try:
        return read_header(path).provenance.recipe.same_as(recipe)
    except SynthgapError:
        return False
