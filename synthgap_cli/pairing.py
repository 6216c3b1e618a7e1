"""Which stores are compared with which: a candidate with its reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synthgap_cli.errors import InputMissing
from synthgap_cli.study_dir import image_steps, only

if TYPE_CHECKING:
    from synthgap_cli.store.header import Header
    from synthgap_cli.store.provenance import Parent


@dataclass(frozen=True)
class Pair:
    """A candidate and the reference that it is compared with."""

    reference: Header
    candidate: Header

    @property
    def steps(self) -> tuple[str, ...]:
        """The candidate's steps, and against what where that is not its usual counterpart."""
        if self.reference.steps == self.candidate.reference_steps:
            return self.candidate.steps
        return (*self.candidate.steps, "against-" + "-".join(self.reference.steps or ("original",)))

    @property
    def name(self) -> str:
        """Both domains and the steps, as results are filed under."""
        return ".".join((f"{self.reference.domain}-{self.candidate.domain}", *self.steps))

    def as_parents(self, *, child: Path) -> tuple[Parent, ...]:
        """Return how a file at ``child`` refers to both."""
        return (
            self.reference.as_parent("reference", child=child),
            self.candidate.as_parent("candidate", child=child),
        )


def pair_up(headers: Sequence[Header]) -> list[Pair]:
    """Return each candidate with its reference, which need not be among ``headers``.

    The reference went through the same steps. Where none did, the only reference named, of the same
    network, is taken; where none is named, the one that the candidate's provenance or directory holds. An
    earlier and a later version of one domain (R and R', S' and T), and nothing else, are a pair too.

    Raises
    ------
    InputMissing
        There is no candidate, or a candidate has no reference.
    UsageProblem
        A candidate has more than one.
    """
    if versions := _two_versions(headers):
        return [versions]
    references = [header for header in headers if header.role == "reference"]
    candidates = [header for header in headers if header.role == "candidate"]
    if not candidates:
        named = ", ".join(str(header.path) for header in headers)
        raise InputMissing(
            f"There is no candidate (synthetic) store to compare among: {named}.",
            hint="prepare gives a folder its role with --synthetic, or with --domain and --role.",
        )
    return [Pair(_reference_of(candidate, references), candidate) for candidate in candidates]


def name_pairs(pairs: Sequence[Pair]) -> list[str]:
    """Return what the outputs' names begin with: the candidates' domains, where that is not clear.

    It is where there is one, unless it is compared with itself.
    """
    domains = [pair.candidate.domain for pair in pairs]
    if len(set(domains)) > 1 or any(pair.reference.domain == pair.candidate.domain for pair in pairs):
        return domains
    return [""] * len(pairs)


def _two_versions(headers: Sequence[Header]) -> Pair | None:
    """Return two stores of one domain as a pair, if these are two and one went on from the other."""
    alike = {(header.domain, header.role, header.kind, _network(header)) for header in headers}
    if len(headers) != 2 or len(alike) != 1:
        return None
    earlier, later = sorted(headers, key=lambda header: len(header.steps))
    steps = image_steps(earlier)
    went_on = image_steps(later) != steps and image_steps(later)[: len(steps)] == steps
    return Pair(earlier, later) if went_on else None


def _network(header: Header) -> str:
    """Return whose features a store holds; empty for other kinds."""
    return header.steps[-1] if header.steps != image_steps(header) else ""


def _reference_of(candidate: Header, references: Sequence[Header]) -> Header:
    def fits(header: Header) -> bool:
        return header.kind is candidate.kind and header.steps == candidate.reference_steps

    alike = [
        header
        for header in references
        if header.kind is candidate.kind and _network(header) == _network(candidate)
    ]
    found = [header for header in references if fits(header)] or alike or _remembered(candidate)
    if not found:
        steps = ".".join(candidate.reference_steps) or "no steps"
        raise InputMissing(
            f"{candidate.path} has no reference ({candidate.kind} of the real images, {steps}).",
            hint="Make it with the same commands, or name it beside the candidate.",
        )
    return only(found, f"reference for {candidate.path}")


def _remembered(candidate: Header) -> list[Header]:
    from synthgap_cli.store.files import find_parent, list_headers

    return find_parent(candidate, "target") or [
        header
        for header in list_headers(candidate.path.parent)
        if header.role == "reference"
        and header.kind is candidate.kind
        and header.steps == candidate.reference_steps
    ]
