"""Which fitted shift a translation is to carry over: the one named, or the one that a study has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from synthgap_cli.errors import InputMissing, InvalidInput, SynthgapError, UsageProblem
from synthgap_cli.ledger.standings import Keep
from synthgap_cli.stages.chosen import best_translation
from synthgap_cli.stages.run import Reporter
from synthgap_cli.store.files import find_parent, list_headers, read_header
from synthgap_cli.store.header import Header, split_steps
from synthgap_cli.store.schema import Kind


def find_shift(using: str | None, directory: Path, reporter: Reporter, *, keep: Keep = "pictures") -> Header:
    """Return the store whose shift is meant: shifted latents, or images shifted in pixels.

    Parameters
    ----------
    using : str, optional
        A file; or steps of a store of the study in ``directory``, as ``resvae-32.ot-0p5``. By default the
        one that `chosen_shift` returns, or, where no ledger was kept, the only one that is there.
    directory : Path
    reporter : Reporter
        Is told why this one.
    keep : {"pictures", "labels"}
        As `best_translation` takes it.

    Raises
    ------
    InputMissing
        There is none, or none of that name.
    InvalidInput
        The file holds no shift.
    UsageProblem
        Several could be meant.
    SynthgapError
        The ledgers find none fit to be handed over.
    """
    if using is not None and (Path(using).exists() or using.endswith(".h5")):
        return _of_file(Path(using))
    headers = list_headers(directory)
    known = [header for header in headers if "shift" in header.attributes]
    if using is not None:
        return _only(
            [header for header in known if header.steps == split_steps(using)] or _none_of(using, known)
        )
    if not known:
        raise InputMissing(
            f"There is no fitted shift in {directory.resolve()}.",
            hint="Go to a study directory, or name shifted latents with --using.",
        )
    if not any(header.provenance.recipe.command == "ledger" for header in headers):
        return _only(known)
    shift = chosen_shift(headers, reporter, keep=keep)
    if shift is None:
        raise SynthgapError(
            "By its ledgers no translation of this study is fit to be trained on.",
            hint=f"Name one with --using all the same: {_listed(known)}.",
        )
    return shift


def chosen_shift(headers: Sequence[Header], reporter: Reporter, *, keep: Keep = "pictures") -> Header | None:
    """Return the shift that a study hands over, None where none is fit; the reporter is told why.

    What ``auto`` chose on val rows comes first, of several (in latents, in pixels) that which the classifier
    told least from real images there; ledgers, which see test rows, may only withhold it.
    """
    by_auto = [header for header in headers if _took_something(header.attributes.get("shift", {}))]
    by_auto.sort(key=lambda header: _seen_of_chosen(header.attributes["shift"]))
    chosen = best_translation(headers, preferred=[header.steps for header in by_auto], keep=keep)
    reporter.note(chosen.reason)
    return None if chosen.store is None else _shift_of(chosen.store)


def _took_something(shift: Mapping[str, Any]) -> bool:
    return shift.get("method") == "auto" and shift.get("chosen", "none") != "none"


def _seen_of_chosen(shift: Mapping[str, Any]) -> float:
    """Return the classifier's area on val rows after the map that was taken; 1 where it is not recorded."""
    taken = shift["chosen"], shift.get("chosen-strength", 1)
    areas = [one["c2st"] for one in shift["candidates"] if (one["method"], one.get("strength", 1)) == taken]
    return next((area for area in areas if area is not None), 1.0)


def _only(known: Sequence[Header]) -> Header:
    if len(known) > 1:
        raise UsageProblem(
            f"There are {len(known)} fitted shifts here: {_listed(known)}.", hint="Name one with --using."
        )
    return known[0]


def _of_file(path: Path) -> Header:
    header = read_header(path)
    shift = _shift_of(header)
    if shift is None:
        raise InvalidInput(
            f"{path} holds no shift.", hint="Name shifted latents, say synthetic.resvae-64.ot.latents.h5."
        )
    return shift


def _shift_of(header: Header) -> Header | None:
    """Return the store of a shift itself, of decoded or translated images the latents that they came from."""
    found = [header, *find_parent(header, "latents")]
    return next((one for one in found if "shift" in one.attributes), None)


def _none_of(using: str, known: Sequence[Header]) -> list[Header]:
    raise InputMissing(f"No shift here is called {using!r}.", hint=f"There are: {_listed(known) or 'none'}.")


def _listed(headers: Sequence[Header]) -> str:
    return ", ".join(sorted({".".join(header.steps) for header in headers}))


def how_prepared(header: Header) -> dict[str, object]:
    """Return how the images were prepared that a shift was fitted to; nothing where it is not known."""
    for recipe in header.provenance.history.values():
        if recipe.get("command") == "prepare" and recipe["parameters"].get("domain") == header.domain:
            return dict(recipe["parameters"])
    return {}


def find_domain_classifier(shift: Header, near: int) -> Header | None:
    """Return the classification store beside a shift whose network was trained on the originals, if any.

    Of several the one whose image size is nearest to ``near``.
    """
    candidates = [
        header
        for header in list_headers(shift.path.parent)
        if header.kind is Kind.CLASSIFICATION
        and len(header.steps) == 1
        and isinstance(header.attributes.get("image-size"), int)
    ]
    return min(candidates, key=lambda one: abs(one.attributes["image-size"] - near), default=None)
