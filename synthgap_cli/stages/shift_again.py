"""A stored shift applied to other latents of the same autoencoder, or to other images."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.shift_settings import ShiftSettings, require_different
from synthgap_cli.stages.shift_spaces import SPACES, space_of
from synthgap_cli.stages.shifted_store import shifted_header, write_shifted
from synthgap_cli.store.files import read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.study_dir import file_name


def shift_again(
    latents: Sequence[Header],
    fitted: str,
    *,
    output: str | None,
    run: Run,
    strengths: Sequence[float] = (),
) -> list[Path]:
    """Write latents moved by the map of the store at ``fitted``; return the paths of all that is there.

    Parameters
    ----------
    latents : sequence of Header
        Or images, of which the candidates are moved: new ones, and not those the map was fitted on.
    fitted : str
        A store that a shift wrote.
    strengths : sequence of float
        A store each; by default the strength of the store ``fitted``.

    Raises
    ------
    InputMissing
        None of the latents is a candidate that has not been shifted yet.
    InvalidInput
        The store holds no shift, or that of another VAE, of pixels of another size, or of another kind.
    """
    shifted = read_header(Path(fitted))
    shift = shifted.attributes.get("shift")
    if shifted.kind not in SPACES or shift is None:
        raise InvalidInput(
            f"{fitted} holds no shift.",
            hint="Name shifted latents, say synthetic.resvae-64.ot.latents.h5, or shifted images.",
        )
    if other := next((header for header in latents if header.kind is not shifted.kind), None):
        raise InvalidInput(
            f"{fitted} holds a shift of {shifted.kind}, and {other.path} holds {other.kind}.",
            hint=f"Name {shifted.kind}.",
        )
    fitted_on = {parent.sha256 for parent in shifted.provenance.recipe.parents if parent.role == "source"}
    moving = [
        one
        for one in latents
        if one.role == "candidate" and "shift" not in one.attributes and one.sha256 not in fitted_on
    ]
    if not moving:
        raise InputMissing(
            f"There are no unshifted {shifted.kind} of a candidate to move but what {fitted} was made of.",
            hint="encode makes latents of new images, prepare image stores of new folders.",
        )
    asked = [ShiftSettings.stored(shift, strength) for strength in strengths or (shift["strength"],)]
    for one in asked:
        one.check()
    require_different(asked)
    targets = [(header, one) for header in moving for one in asked]
    space = space_of(shifted)
    names = [file_name(header.domain, space.steps(header, one.tag), space.kind) for header, one in targets]
    paths = place(output, names, beside=moving[0])
    for (header, one), path in zip(targets, paths, strict=True):
        _move(header, shifted, one, path, run)
    return [] if run.dry_run else paths


def _move(source: Header, shifted: Header, settings: ShiftSettings, path: Path, run: Run) -> None:
    space = space_of(source)
    space.require_one_space(shifted, source, settings.method)
    parents = (
        source.as_parent("source", child=path),
        shifted.as_parent("shift", child=path),
        *space.other_parents(source, child=path),
    )
    recipe = Recipe("shift", {"strength": settings.strength}, parents)
    if not run.must_make(path, recipe):
        return
    with (
        open_store(source.path, space.kind) as rows,
        open_store(shifted.path, space.kind) as fitted,
    ):
        parameters = fitted.table("shift") if fitted.groups("shift") else {}
        told = {**shifted.attributes["shift"], "again": shifted.sha256}
        header = shifted_header(source, shifted, settings, told, recipe=recipe, fitted_on=(), run=run)
        write_shifted(rows, path, header, parameters, run=run)
