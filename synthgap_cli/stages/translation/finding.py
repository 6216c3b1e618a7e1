"""Which fitted shift a translation is to carry over: the one named, or the one that a study has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.errors import InputMissing, InvalidInput, UsageProblem
from synthgap_cli.store.files import find_parent, list_headers, read_header
from synthgap_cli.store.header import Header, split_steps
from synthgap_cli.store.schema import Kind


def find_shift(using: str | None, directory: Path) -> Header:
    """Return the store whose shift is meant: shifted latents, or images shifted in pixels.

    Parameters
    ----------
    using : str, optional
        A file; or steps of a store of the study in ``directory``, as ``resvae-32.ot-0p5``. By default the
        only one that is there.

    Raises
    ------
    InputMissing
        There is none, or none of that name.
    InvalidInput
        The file holds no shift.
    UsageProblem
        Several could be meant.
    """
    if using is not None and (Path(using).exists() or using.endswith(".h5")):
        return _of_file(Path(using))
    known = [header for header in list_headers(directory) if "shift" in header.attributes]
    if using is not None:
        known = [header for header in known if header.steps == split_steps(using)] or _none_of(using, known)
    if not known:
        raise InputMissing(
            f"There is no fitted shift in {directory.resolve()}.",
            hint="Go to a study directory, or name shifted latents with --using.",
        )
    if len(known) > 1:
        raise UsageProblem(
            f"There are {len(known)} fitted shifts here: {_listed(known)}.", hint="Name one with --using."
        )
    return known[0]


def _of_file(path: Path) -> Header:
    header = read_header(path)
    if "shift" not in header.attributes:
        latents = find_parent(header, "latents")  # of decoded or translated images: what they came from
        if not latents or "shift" not in latents[0].attributes:
            raise InvalidInput(
                f"{path} holds no shift.",
                hint="Name shifted latents, say synthetic.resvae-64.ot.latents.h5.",
            )
        return latents[0]
    return header


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
