"""Candidate latents, or pixels, to ones that were moved towards the reference's."""

# N rows, n rows fitted on, Z latents

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.pairing import Pair
from synthgap_cli.shifts.shift import HeldOut, KindNumbers, Parameters, Setting, load_shift
from synthgap_cli.stages.kinds import kind_names, number_kinds
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.rows import parse_splits
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.shift_settings import ShiftSettings, require_different
from synthgap_cli.stages.shift_spaces import space_of
from synthgap_cli.stages.shifted_store import shifted_header, write_shifted
from synthgap_cli.stages.sight import sight_of
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.samples import Samples
from synthgap_cli.study_dir import file_name

__all__ = ["ShiftSettings", "shift_latents"]

MOST_SEEN = 300  # rows a side to learn from, and to choose by: each map is seen as so many images, four times


def shift_latents(
    pairs: Sequence[Pair],
    settings: ShiftSettings,
    *,
    output: str | None,
    run: Run,
    strengths: Sequence[float] = (),
) -> list[Path]:
    """Write the shifted latents of each candidate; return the paths of all that is there.

    Pixels are latents whose decoder is the identity: image stores become image stores.

    Parameters
    ----------
    pairs : sequence of Pair
        Of latents, or of images.
    settings : ShiftSettings
    strengths : sequence of float
        A store each, of one fit; by default the settings' strength.

    Raises
    ------
    UsageProblem
        The settings cannot be meant (`ShiftSettings.check`), or ask for labels that are not there.
    InvalidInput
        The two sides come from different VAEs or are of different sizes, or one has no rows to fit on.
    """
    asked = [replace(settings, strength=strength) for strength in strengths or (settings.strength,)]
    for one in asked:
        one.check()
    require_different(asked)
    names = []
    for pair in pairs:
        space = space_of(pair.candidate)
        space.require_one_space(pair.reference, pair.candidate)
        steps = (space.steps(pair.candidate, one.tag) for one in asked)
        names += [file_name(pair.candidate.domain, each, space.kind) for each in steps]
    paths = place(output, names, beside=pairs[0].candidate)
    for index, pair in enumerate(pairs):
        _shift(pair, dict(zip(paths[index * len(asked) :], asked, strict=False)), run)
    return [] if run.dry_run else paths


def _shift(pair: Pair, asked: dict[Path, ShiftSettings], run: Run) -> None:
    """Write those of the stores that are still to be made, from one fit."""
    space = space_of(pair.candidate)
    recipes = {}
    for path, settings in asked.items():
        parents = (
            pair.candidate.as_parent("source", child=path),
            pair.reference.as_parent("target", child=path),
            *space.other_parents(pair.candidate, child=path),
        )
        recipe = Recipe("shift", settings.recorded(), parents)
        if run.must_make(path, recipe):
            recipes[path] = recipe
    if not recipes:
        return
    with (
        open_store(pair.candidate.path, space.kind) as source,
        open_store(pair.reference.path, space.kind) as target,
    ):
        fit = _fit(source, target, asked[next(iter(recipes))], run)
        for path, recipe in recipes.items():
            header = shifted_header(
                source.header,
                target.header,
                asked[path],
                fit.told,
                recipe=recipe,
                fitted_on=fit.fitted_on,
                run=run,
            )
            write_shifted(source, path, header, fit.parameters, run=run)


@dataclass(frozen=True)
class _Fit:
    """A map, what is told of it, and the rows that it has seen."""

    parameters: Parameters
    told: dict[str, Any]
    fitted_on: list[FittedOn]


def _fit(source: Store, target: Store, settings: ShiftSettings, run: Run) -> _Fit:
    splits, stores, space = parse_splits(settings.fit_on), (source, target), space_of(source.header)
    samples = source.samples(), target.samples()
    rows = [_rows_to_fit_on(store, side, splits) for store, side in zip(stores, samples, strict=True)]
    told: dict[str, Any] = {"splits": list(splits), "fit-sizes": [len(rows[1]), len(rows[0])]}
    parameters = load_shift(settings.method).fit(
        space.rows(source),
        space.rows(target),
        setting=_setting((source, target), samples, settings, told, run),
        source_rows=rows[0],
        target_rows=rows[1],
    )
    seen = [("shift", splits)] if settings.method != "none" else []
    if settings.method == "auto":
        seen.append(("auto", parse_splits(settings.choose_on)))
    domains = target.header.domain, source.header.domain
    return _Fit(parameters, told, [FittedOn(by, domain, which) for by, which in seen for domain in domains])


def _rows_to_fit_on(store: Store, samples: Samples, splits: tuple[str, ...]) -> NDArray[np.intp]:
    rows = samples.rows_in(splits)
    if len(rows) < 2:
        raise InvalidInput(
            f"{store.header.path} has {len(rows)} rows in {'+'.join(splits)} to fit a shift on."
        )
    return rows


def _setting(
    stores: tuple[Store, Store],
    samples: tuple[Samples, Samples],
    settings: ShiftSettings,
    told: dict[str, Any],
    run: Run,
) -> Setting:
    """Return what a fit is given; it writes what it finds out into ``told``."""
    source = stores[0]
    by_label = settings.method in ("modes", "auto") and settings.clusters is None
    names = kind_names(samples[0]) if by_label else []
    if names:
        told["kinds"] = names
    real_kinds = number_kinds(samples[1], names) if settings.real_labels else None
    if settings.real_labels:
        _require_known(real_kinds, samples, parse_splits(settings.fit_on), names)
    return Setting(
        latent_shape=space_of(source.header).shape(source),
        seed=settings.seed,
        source_kinds=number_kinds(samples[0], names),
        target_kinds=real_kinds,
        base=settings.base,
        clusters=settings.clusters,
        held_out=_held_out(stores, samples, settings, run) if settings.method == "auto" else None,
        tell=told.__setitem__,
        warn=run.reporter.warn,
        track=run.reporter.track,
    )


def _require_known(
    kinds: KindNumbers | None, samples: tuple[Samples, Samples], splits: tuple[str, ...], names: list[str]
) -> None:
    """Raise unless real rows to fit on have labels that synthetic ones have too."""
    if kinds is None:
        raise UsageProblem(
            "--real-labels needs labels on both sides; one has none.",
            hint="prepare --label-from records them. Without it kinds are found.",
        )
    if (kinds[samples[1].rows_in(splits)] < 0).all():
        raise UsageProblem(
            f"None of the real rows in {'+'.join(splits)} has a label of the synthetic ones "
            f"({', '.join(names)}).",
            hint="Call kinds the same on both sides, or leave --real-labels out.",
        )


def _held_out(
    stores: tuple[Store, Store], samples: tuple[Samples, Samples], settings: ShiftSettings, run: Run
) -> HeldOut:
    """Return the rows to choose by, at most `MOST_SEEN` a side, and what they look like."""
    learned, rows = (
        tuple(spread(side.rows_in(parse_splits(splits)), MOST_SEEN) for side in samples)
        for splits in (settings.fit_on, settings.choose_on)
    )
    groups = [side["group"][of] for side, of in zip(samples, rows, strict=True)]
    enough = min(len(set(side)) for side in groups) >= MIN_GROUPS
    held_out = HeldOut(rows[0], rows[1], (groups[0], groups[1]) if enough else None)
    if not all(map(len, rows)):
        return held_out
    return replace(held_out, sight=sight_of(*stores, (learned[0], learned[1]), (rows[0], rows[1]), run))
