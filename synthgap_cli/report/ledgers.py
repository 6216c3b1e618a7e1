"""The ledgers of a study: of each shift in a latent space, and of each rival in pixels."""

from __future__ import annotations

from synthgap_cli.ledger.pairs import FULL_SIZE
from synthgap_cli.ledger.standings import Standing
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind


def ledgers_of(study: StudyDirectory, shift: Header) -> list[Standing]:
    """Return the ledgers of shifted latents; where some are of translated images, those alone."""
    stores = [one for one in study.of_kind(Kind.RESULTS, "ledger") if shift.sha256 == _shifted_latents(one)]
    found = [_standing(one) for one in stores]
    translated = [one for one in found if one.ledger.leading is FULL_SIZE]
    return translated or found


def rivals(study: StudyDirectory) -> list[tuple[Standing, Header | None]]:
    """Return the ledgers of images translated without latents, with their image stores if they are there."""
    stores = [one for one in study.of_kind(Kind.RESULTS, "ledger") if not _shifted_latents(one)]
    by_digest = {one.sha256: one for one in study.of_kind(Kind.IMAGES)}
    return [(_standing(one), by_digest.get(_parents(one).get("translated", ""))) for one in stores]


def _standing(header: Header) -> Standing:
    with open_store(header.path, Kind.RESULTS) as store:
        return Standing(".".join(header.steps), header.steps, Ledger.read(store.rows))


def _shifted_latents(ledger: Header) -> str:
    """Return the digest of the latents that a ledger's shifted images were decoded from; empty if untold."""
    parents = _parents(ledger)
    if "shifted-latents" in parents:
        return parents["shifted-latents"]
    outcome = parents.get("shifted") or parents.get("translated", "")
    made = ledger.provenance.history.get(outcome, {})
    return next((str(one["sha256"]) for one in made.get("parents", ()) if one["role"] == "latents"), "")


def _parents(ledger: Header) -> dict[str, str]:
    """Return the digests of a ledger's parents by role: of the images where features are in the same role."""
    recorded = ledger.provenance.recipe.parents  # the images first
    return {parent.role: parent.sha256 for parent in reversed(recorded)}
