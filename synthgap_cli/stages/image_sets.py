"""The image stores of a ledger, and the features and latents that go with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.ledger.pairs import Family, families_of
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.store.files import find_parent, list_headers
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Parent
from synthgap_cli.store.schema import Kind

R, S, DECODED_R, DECODED_S, T, U = ImageSet
ROLES = {
    R: "real",
    S: "synthetic",
    DECODED_R: "decoded-real",
    DECODED_S: "decoded-synthetic",
    T: "shifted",
    U: "translated",
}
DESCRIBED = {
    R: ("the real images", "synthgap prepare"),
    S: ("the synthetic images", "synthgap prepare"),
    DECODED_R: ("the real images decoded", "synthgap decode, of the real latents,"),
    DECODED_S: ("the synthetic images decoded unshifted", "synthgap decode, of the unshifted latents,"),
    T: ("the synthetic images shifted and decoded", "synthgap decode, of the shifted latents,"),
}

Stores = Mapping[ImageSet, Header]


@dataclass(frozen=True)
class LedgerSets:
    """Where the sets of one shift lie.

    Attributes
    ----------
    images : mapping of ImageSet to Header
        R, S and U; or R, S, R', S' and T; or all of them.
    features : mapping of str to (mapping of ImageSet to Header)
        By a network's tag, of the sets that have its features.
    latents : (Header, Header, Header), optional
        Of R and S, and S shifted; None where one is gone.
    """

    images: Stores
    features: Mapping[str, Stores]
    latents: tuple[Header, Header, Header] | None

    @property
    def families(self) -> tuple[Family, ...]:
        """Which sets are compared with each other, those that lead first."""
        return families_of(self.images)

    @property
    def outcome(self) -> Header:
        """What the ledger is about: the translated images, else the shifted ones."""
        return self.images[self.families[0].outcome]

    def features_of(self, family: Family) -> dict[str, Stores]:
        """Return the features of each network that has seen all sets of a family."""
        return {
            tag: {one: of[one] for one in family.sets}
            for tag, of in self.features.items()
            if set(family.sets) <= set(of)
        }

    @property
    def stores(self) -> list[Header]:
        """All of them, the images first."""
        of_networks = [header for of in self._features_seen() for header in of.values()]
        return [*self.images.values(), *of_networks, *(self.latents or ())]

    def as_parents(self, *, child: Path) -> tuple[Parent, ...]:
        """Return how a file at ``child`` refers to them."""
        roles = ("latents", "latents", "shifted-latents")
        return (
            *_parents(self.images, child),
            *(one for of in self._features_seen() for one in _parents(of, child)),
            *(one.as_parent(role, child=child) for role, one in zip(roles, self.latents or (), strict=False)),
        )

    def _features_seen(self) -> list[Stores]:
        """Return the features that some family looks at, network by network."""
        seen: dict[str, dict[ImageSet, Header]] = {}
        for family in self.families:
            for tag, of in self.features_of(family).items():
                seen.setdefault(tag, {}).update(of)
        return [seen[tag] for tag in sorted(seen)]


def find_image_sets(images: Sequence[Header]) -> list[LedgerSets]:
    """Return the sets of every shifted decoded store, and of every translated one, among the images.

    Partners are looked for among the images, then beside the store; provenance, by digest, says who they
    are. Shifted images and those translated by the same latents go together.

    Raises
    ------
    InputMissing
        No store is shifted and decoded, or translated; or one of its partners is not there.
    UsageProblem
        Two stores could be the same set.
    """
    leading = [header for header in images if _is_shifted(header) or _is_translated(header)]
    if not leading:
        raise InputMissing(
            "There is no store of shifted and decoded images, or of translated ones, to keep a ledger of.",
            hint="synthgap shift moves latents, synthgap decode makes images of them.",
        )
    found: dict[tuple[str, ...], LedgerSets] = {}
    for header in leading:
        for sets in _sets_of(header, _known(header, images)):
            found.setdefault(tuple(one.sha256 for one in sets.images.values()), sets)
    return list(found.values())


def _is_shifted(header: Header) -> bool:
    """Return whether these are decoded latents of a candidate that have no counterpart on the other side."""
    is_moved = bool(header.reference_steps) and header.steps != header.reference_steps
    return _is_candidate(header) and is_moved and bool(_latents(header))


def _is_translated(header: Header) -> bool:
    """Return whether these were made of candidate images to be held against the real originals."""
    return _is_candidate(header) and bool(header.steps) and not header.reference_steps


def _is_candidate(header: Header) -> bool:
    return header.kind is Kind.IMAGES and header.role == "candidate"


def _known(header: Header, given: Sequence[Header]) -> list[Header]:
    beside = list_headers(header.path.parent)
    return list({one.path.resolve(): one for one in (*beside, *given)}.values())


def _sets_of(header: Header, known: Sequence[Header]) -> list[LedgerSets]:
    """Return the sets of a translated store; of a shifted one, with each store translated by its latents."""
    images = [one for one in known if one.kind is Kind.IMAGES]
    translated = [header] if _is_translated(header) else _of_same_latents(header, images, _is_translated)
    if not translated:
        return [_complete(_decoded(header, images), known)]
    return [_complete(_translated(one, images), known) for one in translated]


def _of_same_latents(
    header: Header, images: Sequence[Header], wanted: Callable[[Header], bool]
) -> list[Header]:
    latents = _latents(header)
    return [one for one in images if wanted(one) and latents and _latents(one) == latents]


def _complete(images: dict[ImageSet, Header], known: Sequence[Header]) -> LedgerSets:
    latents = _latents_of(images) if T in images else None
    return LedgerSets(images, _features(images, known), latents)


def _decoded(shifted: Header, images: Sequence[Header]) -> dict[ImageSet, Header]:
    """Return R, S, R', S' and T."""
    latents, originals = _origin(shifted)

    def is_decoded(header: Header) -> bool:
        same_vae = header.attributes.get("vae-sha256") == shifted.attributes.get("vae-sha256")
        return header.steps == shifted.reference_steps and same_vae

    real = [one for one in images if one.role == "reference"]
    decoded_real = _only(DECODED_R, shifted, [one for one in real if is_decoded(one)])
    unshifted = [one for one in images if _is_candidate(one) and is_decoded(one) and _latents(one) == latents]
    return {
        R: _real(decoded_real, shifted, images),
        S: _synthetic(originals, shifted, images),
        DECODED_R: decoded_real,
        DECODED_S: _only(DECODED_S, shifted, unshifted),
        T: shifted,
    }


def _translated(header: Header, images: Sequence[Header]) -> dict[ImageSet, Header]:
    """Return R, S and U; and R', S' and T where they are there."""
    if shifted := _of_same_latents(header, images, _is_shifted):
        with suppress(InputMissing):  # of the decoded ones; the originals are asked for below
            return _decoded(_only(T, header, shifted), images) | {U: header}
    parents = {parent.role: parent.sha256 for parent in header.provenance.recipe.parents}
    originals = parents.get("images") or parents.get("source", "")
    return {R: _real(header, header, images), S: _synthetic(originals, header, images), U: header}


def _real(descendant: Header, of: Header, images: Sequence[Header]) -> Header:
    ancestors = descendant.provenance.history
    originals = [one for one in images if one.role == "reference" and not one.steps]
    return _only(R, of, [one for one in originals if one.sha256 in ancestors])


def _synthetic(sha256: str, of: Header, images: Sequence[Header]) -> Header:
    originals = [one for one in images if _is_candidate(one) and not one.steps]
    return _only(S, of, [one for one in originals if one.sha256 == sha256])


def _only(symbol: ImageSet, outcome: Header, found: Sequence[Header]) -> Header:
    what, command = DESCRIBED[symbol]
    if not found:
        raise InputMissing(
            f"{symbol}, {what}, is missing: no image store in {outcome.path.parent.resolve()} is that of "
            f"{outcome.path.name}.",
            hint=f"{command} makes it; name it too if it lies elsewhere.",
        )
    if len(found) > 1:
        listed = ", ".join(str(header.path) for header in found)
        raise UsageProblem(f"{symbol}, {what}, could be any of {listed}.", hint="Keep one of them there.")
    return found[0]


def _latents(images: Header) -> str:
    """Return the digest of the latents that images were decoded from, or translated by; empty if by none."""
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


def _latents_of(images: Stores) -> tuple[Header, Header, Header] | None:
    found = [find_parent(images[one], "latents") for one in (DECODED_R, DECODED_S, T)]
    if not all(found):
        return None
    real, synthetic, shifted = (headers[0] for headers in found)
    return real, synthetic, shifted


def _features(images: Stores, known: Iterable[Header]) -> dict[str, Stores]:
    """Return the features of each network, of the sets that it has seen."""
    set_of = {header.sha256: one for one, header in images.items()}
    found: dict[str, dict[ImageSet, Header]] = {}
    for header in known:
        for parent in header.provenance.recipe.parents:
            if header.kind is Kind.FEATURES and parent.role == "images" and parent.sha256 in set_of:
                found.setdefault(header.steps[-1], {})[set_of[parent.sha256]] = header
    return {tag: found[tag] for tag in sorted(found)}


def _parents(headers: Stores, child: Path) -> list[Parent]:
    return [headers[one].as_parent(ROLES[one], child=child) for one in ROLES if one in headers]
