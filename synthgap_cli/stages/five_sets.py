"""The five image stores of a ledger, and the features and latents that go with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.ledger.five import Five
from synthgap_cli.store.files import find_parent, list_headers
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Parent
from synthgap_cli.store.schema import Kind

ROLES = Five("real", "synthetic", "decoded-real", "decoded-synthetic", "shifted")
DESCRIBED = {
    "R": ("the real images", "synthgap prepare"),
    "S": ("the synthetic images", "synthgap prepare"),
    "R'": ("the real images decoded", "synthgap decode, of the real latents,"),
    "S'": ("the synthetic images decoded unshifted", "synthgap decode, of the unshifted latents,"),
}


@dataclass(frozen=True)
class FiveSets:
    """Where the five sets of one shift lie.

    Attributes
    ----------
    images : Five of Header
    features : mapping of str to Five of Header
        By a network's tag, where all five have its features.
    latents : (Header, Header, Header), optional
        Of R and S, and S shifted; None where one is gone.
    """

    images: Five[Header]
    features: Mapping[str, Five[Header]]
    latents: tuple[Header, Header, Header] | None

    @property
    def stores(self) -> list[Header]:
        """All of them, the images first."""
        of_networks = [header for five in self.features.values() for header in five]
        return [*self.images, *of_networks, *(self.latents or ())]

    def as_parents(self, *, child: Path) -> tuple[Parent, ...]:
        """Return how a file at ``child`` refers to them."""
        return (
            *_parents(ROLES, self.images, child),
            *(one for five in self.features.values() for one in _parents(ROLES, five, child)),
            *_parents(("latents", "latents", "shifted-latents"), self.latents or (), child),
        )


def find_five_sets(images: Sequence[Header]) -> list[FiveSets]:
    """Return the five sets of every shifted decoded store among the images.

    Partners are looked for among the images, then beside the shifted store; provenance, by digest, says who
    they are.

    Raises
    ------
    InputMissing
        No store is shifted and decoded, or one of the five is not there.
    UsageProblem
        Two stores could be the same one of the five.
    """
    shifted = [header for header in images if _is_shifted(header)]
    if not shifted:
        raise InputMissing(
            "There is no store of shifted and decoded images to keep a ledger of.",
            hint="synthgap shift moves latents, synthgap decode makes images of them.",
        )
    return [_five_sets(header, images) for header in shifted]


def _is_shifted(header: Header) -> bool:
    """Return whether these are decoded latents of a candidate that have no counterpart on the other side."""
    return (
        header.kind is Kind.IMAGES
        and header.role == "candidate"
        and bool(header.reference_steps)
        and bool(_latents(header))
        and header.steps != header.reference_steps
    )


def _five_sets(shifted: Header, given: Sequence[Header]) -> FiveSets:
    beside = list_headers(shifted.path.parent)
    known = list({header.path.resolve(): header for header in (*beside, *given)}.values())
    images = [header for header in known if header.kind is Kind.IMAGES]
    latents, originals = _origin(shifted)
    references = [header for header in images if header.role == "reference"]
    candidates = [header for header in images if header.role == "candidate"]

    def is_decoded(header: Header) -> bool:
        same_vae = header.attributes.get("vae-sha256") == shifted.attributes.get("vae-sha256")
        return header.steps == shifted.reference_steps and same_vae

    decoded_real = _only("R'", shifted, [one for one in references if is_decoded(one)])
    real_ancestors = decoded_real.provenance.history
    five = Five(
        _only("R", shifted, [one for one in references if not one.steps and one.sha256 in real_ancestors]),
        _only("S", shifted, [one for one in candidates if not one.steps and one.sha256 == originals]),
        decoded_real,
        _only("S'", shifted, [one for one in candidates if is_decoded(one) and _latents(one) == latents]),
        shifted,
    )
    return FiveSets(five, _features(five, known), _latents_of(five))


def _only(symbol: str, shifted: Header, found: Sequence[Header]) -> Header:
    what, command = DESCRIBED[symbol]
    if not found:
        raise InputMissing(
            f"{symbol}, {what}, is missing: no image store in {shifted.path.parent.resolve()} is that of "
            f"{shifted.path.name}.",
            hint=f"{command} makes it; name it too if it lies elsewhere.",
        )
    if len(found) > 1:
        listed = ", ".join(str(header.path) for header in found)
        raise UsageProblem(f"{symbol}, {what}, could be any of {listed}.", hint="Keep one of them there.")
    return found[0]


def _latents(images: Header) -> str:
    """Return the digest of the latents that images were decoded from."""
    parents = images.provenance.recipe.parents
    return next((parent.sha256 for parent in parents if parent.role == "latents"), "")


def _origin(shifted: Header) -> tuple[str, str]:
    """Return the digests of the unshifted latents, and of the images that they were encoded from.

    Provenance tells of the shift's other ancestors too: those of the reference, or of the latents that a
    stored shift was fitted on.
    """
    history = shifted.provenance.history
    latents = _latents(shifted)
    while history.get(latents, {}).get("command") == "shift":
        latents = _parent(history, latents, "source")
    return latents, _parent(history, latents, "images")


def _parent(history: Mapping[str, Any], sha256: str, role: str) -> str:
    parents = history.get(sha256, {}).get("parents", ())
    return next((str(parent["sha256"]) for parent in parents if parent["role"] == role), "")


def _latents_of(five: Five[Header]) -> tuple[Header, Header, Header] | None:
    found = [find_parent(images, "latents") for images in five[2:]]
    if not all(found):
        return None
    real, synthetic, shifted = (headers[0] for headers in found)
    return real, synthetic, shifted


def _features(five: Five[Header], known: Iterable[Header]) -> dict[str, Five[Header]]:
    """Return the features of each network that has seen all five."""
    by_images: dict[str, dict[str, Header]] = {header.sha256: {} for header in five}
    for header in known:
        for parent in header.provenance.recipe.parents:
            if header.kind is Kind.FEATURES and parent.role == "images" and parent.sha256 in by_images:
                by_images[parent.sha256][header.steps[-1]] = header
    networks = sorted(set.intersection(*(set(of) for of in by_images.values())))
    return {tag: Five(*(by_images[header.sha256][tag] for header in five)) for tag in networks}


def _parents(roles: Iterable[str], headers: Iterable[Header], child: Path) -> list[Parent]:
    return [header.as_parent(role, child=child) for role, header in zip(roles, headers, strict=False)]
