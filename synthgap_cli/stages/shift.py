"""Candidate latents to latents that were moved towards the reference's."""

# n rows of one block, Z latents

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.pairing import Pair
from synthgap_cli.shifts.shift import Setting, load_shift
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.rows import parse_splits
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.vae import vae_of
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name


@dataclass(frozen=True)
class ShiftSettings:
    """What enters the recipe of a shifted store."""

    method: str = "mean"
    strength: float = 1.0
    fit_on: str = "train"
    seed: int = 0

    @property
    def tag(self) -> str:
        """The step's name: the method, and the strength where it is not 1."""
        if self.strength == 1:
            return self.method
        return f"{self.method}-{self.strength:g}".replace(".", "p").replace("+", "")


def shift_latents(
    pairs: Sequence[Pair], settings: ShiftSettings, *, output: str | None, run: Run
) -> list[Path]:
    """Write the shifted latents of each candidate; return the paths of all that is there.

    Raises
    ------
    UsageProblem
        The method or a split is unknown.
    InvalidInput
        The two sides come from different VAEs, or one has no rows to fit on.
    """
    load_shift(settings.method)
    parse_splits(settings.fit_on)
    if not math.isfinite(settings.strength):
        raise UsageProblem(f"Strength {settings.strength} is no number to multiply by.", hint="Say 1.")
    names = [
        file_name(pair.candidate.domain, (*pair.candidate.steps, settings.tag), Kind.LATENTS)
        for pair in pairs
    ]
    paths = place(output, names, beside=pairs[0].candidate)
    for pair, path in zip(pairs, paths, strict=True):
        if pair.reference.attributes["vae-sha256"] != pair.candidate.attributes["vae-sha256"]:
            raise InvalidInput(
                f"{pair.reference.path} and {pair.candidate.path} were encoded by different VAEs."
            )
        vae = vae_of(pair.candidate)
        parents = (
            pair.candidate.as_parent("source", child=path),
            pair.reference.as_parent("target", child=path),
            vae.as_parent("vae", child=path),
        )
        recipe = Recipe("shift", asdict(settings), parents)
        if run.must_make(path, recipe):
            with (
                open_store(pair.candidate.path, Kind.LATENTS) as source,
                open_store(pair.reference.path, Kind.LATENTS) as target,
            ):
                _shift(source, target, path, settings, recipe, run)
    return [] if run.dry_run else paths


def _shift(
    source: Store, target: Store, path: Path, settings: ShiftSettings, recipe: Recipe, run: Run
) -> None:
    method = load_shift(settings.method)
    splits = parse_splits(settings.fit_on)
    moved, moved_rows = _fitting_rows(source, splits)
    aim, aim_rows = _fitting_rows(target, splits)
    setting = Setting(tuple(source.header.attributes["latent-shape"]), settings.seed)
    parameters = method.fit(moved, aim, setting=setting, source_rows=moved_rows, target_rows=aim_rows)
    header = _header(source.header, target.header, settings, recipe, (len(aim_rows), len(moved_rows)), run)
    with create_store(path, header) as writer:
        means = writer.rows("mean", (moved.shape[1],), "float32")
        for block in run.reporter.track(moved.blocks(), f"shifting {source.header.domain}"):
            shifted = method.apply(block, parameters, strength=settings.strength)  # (n, Z)
            if not np.isfinite(shifted).all():
                raise InvalidInput(
                    f"Shifted by strength {settings.strength:g}, latents are no longer finite."
                )
            means.append(shifted)
        for name, values in parameters.items():
            writer.array(f"shift/{name}", values)
        writer.samples(source.samples())


def _fitting_rows(store: Store, splits: tuple[str, ...]) -> tuple[StoredMatrix, NDArray[np.intp]]:
    rows = store.samples().rows_in(splits)
    if len(rows) < 2:
        raise InvalidInput(
            f"{store.header.path} has {len(rows)} rows in {'+'.join(splits)} to fit a shift on."
        )
    return StoredMatrix(store.dataset("mean")), rows


def _header(
    source: Header,
    target: Header,
    settings: ShiftSettings,
    recipe: Recipe,
    fit_sizes: tuple[int, int],
    run: Run,
) -> Header:
    splits = parse_splits(settings.fit_on)
    return Header(
        kind=Kind.LATENTS,
        provenance=run.provenance(
            recipe,
            [source, target],
            [FittedOn("shift", header.domain, splits) for header in (target, source)],
        ),
        domain=source.domain,
        role=source.role,
        steps=(*source.steps, settings.tag),
        reference_steps=source.reference_steps,  # the reference is not shifted
        attributes={
            **source.attributes,
            "shift": {**asdict(settings), "splits": list(splits), "fit-sizes": list(fit_sizes)},
        },
    )
