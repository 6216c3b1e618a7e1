"""Which translated images a study hands over, by its ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synthgap_cli.ledger.standings import Keep, Standing, rank, unfit
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.store.files import find_parent
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind

Steps = tuple[str, ...]
HOW = {
    True: "{} is handed over: it was preferred, and its ledger finds no harm in it.",
    False: "{} is handed over: of {} that have a ledger it is the first, by the share of the gap closed, in "
    "which no harm was found. Test images chose it, if without labels, so that share is flattered.",
}


@dataclass(frozen=True)
class Chosen:
    """What is handed over.

    Attributes
    ----------
    store : Header, optional
        The translated images; where there are none of this shift, its shifted latents. None: the synthetic
        images stay as they are.
    ledger : Header, optional
        By whose word.
    reason : str
        Sentences.
    withheld : mapping of str to str
        By the name of what was not handed over, why.
    """

    store: Header | None
    ledger: Header | None
    reason: str
    withheld: Mapping[str, str] = field(default_factory=dict)


def best_translation(
    ledgers: Sequence[Header], preferred: Sequence[Steps] = (), *, keep: Keep = "pictures"
) -> Chosen:
    """Return which translation to hand over, and why.

    Those that are ``preferred``, which should have been chosen on val rows, come first, in their order; then
    the others, by the share of the gap that they closed. The first is taken that its own ledger does not
    find unfit: at least 0.8 of the pictures kept (of what decoding alone keeps, of decoded images), no
    wider gap, no worse to learn from than S. So labels of real images, which are of test rows, withhold a
    set and never choose one. Shares are of test images, too, without labels: one that was chosen by them is
    flattered, and the reason says so.

    Parameters
    ----------
    ledgers : sequence of Header
        Results stores; others are passed over.
    preferred : sequence of tuple of str
        Steps of translated images or of shifted latents.
    keep : {"pictures", "labels"}
        What must be kept: where the images' labels are their only annotation, it is enough that these are
        read as they were.
    """
    ranked = rank(_standings(ledgers, keep))
    asked = {
        one.header.path: one for steps in preferred for one in ranked if one.steps[: len(steps)] == steps
    }
    withheld: dict[str, str] = {}
    for path, one in (asked | {one.header.path: one for one in ranked}).items():
        store = _store_of(one)
        if why := _why_not(one, store, is_asked=path in asked):
            withheld[one.name] = why
        else:
            how = HOW[path in asked].format(one.name, len(ranked))
            return Chosen(store, one.header, how + _told(withheld), withheld)
    return Chosen(None, None, "The synthetic images are best taken as they are." + _told(withheld), withheld)


@dataclass(frozen=True)
class _Kept(Standing):
    """A standing and the store of its ledger."""

    header: Header


def _standings(headers: Sequence[Header], keep: Keep) -> list[_Kept]:
    found = []
    for header in headers:
        if header.kind is Kind.RESULTS and header.provenance.recipe.command == "ledger":
            with open_store(header.path) as store:
                ledger = Ledger.read(store.rows)
            found.append(_Kept(".".join(header.steps), header.steps, ledger, header, keep=keep))
    return found


def _store_of(one: _Kept) -> Header | None:
    """Return the translated images of a ledger, else its shifted latents; None where they are gone."""
    found = (find_parent(one.header, role) for role in ("translated", "shifted-latents"))
    images = [header for headers in found for header in headers if header.kind is not Kind.FEATURES]
    return images[0] if images else None


def _why_not(one: _Kept, store: Header | None, *, is_asked: bool) -> str:
    if why := unfit(one.ledger, keep=one.keep):
        return why
    if not (is_asked or one.closed > 0):
        return "it closes nothing of the gap that could be seen"
    return "" if store else "its images are gone or have changed"


def _told(withheld: Mapping[str, str]) -> str:
    return "".join(f" {name} is withheld: {why}." for name, why in withheld.items())
