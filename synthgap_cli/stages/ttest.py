"""Pairs of feature or latent stores to results stores: one row a pair, one row a component."""

# D components

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.rows import parse_splits, splits_to_test
from synthgap_cli.stages.run import Run
from synthgap_cli.statistics.comparison import ALPHA, REPEATS, Comparison, compare
from synthgap_cli.statistics.expected_null import FittedOn, expected_rejections
from synthgap_cli.statistics.t_test import TestName
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import Pair, file_name, image_steps, name_pairs

VALUES = {Kind.FEATURES: "features", Kind.LATENTS: "mean"}


@dataclass(frozen=True)
class TestSettings:
    """What enters the recipe of a t-test."""

    test: TestName = "student"
    alpha: float = ALPHA
    repeats: int = REPEATS
    split: str | None = None  # none: the rows that nothing upstream has seen
    seed: int = 0


@dataclass(frozen=True)
class Tested:
    """A pair, the rows it was tested on, and what came out."""

    pair: Pair
    splits: tuple[str, ...]
    circular: bool  # a model or map upstream has seen some of these rows
    comparison: Comparison


def test_pairs(pairs: Sequence[Pair], settings: TestSettings, *, output: str | None, run: Run) -> list[Path]:
    """Write a results store for each kind and steps; all networks of the same images share one.

    Raises
    ------
    UsageProblem
        A split is unknown.
    InvalidInput
        The sides of a pair do not fit each other, or have too few rows.
    """
    if not 0 < settings.alpha < 0.5:
        raise UsageProblem(f"Alpha {settings.alpha:g} is no level of a test.", hint="Say 0.05.")
    if settings.split is not None:
        parse_splits(settings.split)
    prefixes = dict(zip((id(pair) for pair in pairs), name_pairs(pairs), strict=True))
    by_name = {
        name: list(group)
        for name, group in groupby(
            sorted(pairs, key=lambda pair: _name(pair, prefixes[id(pair)])),
            key=lambda pair: _name(pair, prefixes[id(pair)]),
        )
    }
    paths = place(output, list(by_name), beside=pairs[0].candidate)
    for group, path in zip(by_name.values(), paths, strict=True):
        parents = tuple(parent for pair in group for parent in pair.as_parents(child=path))
        recipe = Recipe("ttest", asdict(settings), parents)
        if run.must_make(path, recipe):
            _write(path, [_test(pair, settings, run) for pair in group], recipe, run)
    return [] if run.dry_run else paths


def _name(pair: Pair, prefix: str) -> str:
    """Features are filed under the images they are of, latents under their own steps."""
    if pair.candidate.kind is Kind.LATENTS:
        return file_name(prefix, (*pair.steps, "latents", "ttest"), Kind.RESULTS)
    against = pair.steps[len(pair.candidate.steps) :]
    return file_name(prefix, (*image_steps(pair.candidate), *against, "ttest"), Kind.RESULTS)


def _test(pair: Pair, settings: TestSettings, run: Run) -> Tested:
    sides = pair.reference, pair.candidate
    splits, circular = splits_to_test(sides, settings.split, run.reporter)
    with (
        open_store(pair.reference.path, pair.candidate.kind) as reference,
        open_store(pair.candidate.path, pair.candidate.kind) as candidate,
    ):
        _require_one_origin(pair)
        samples = reference.samples(), candidate.samples()
        rows = [side.rows_in(splits) for side in samples]
        sizes = len(rows[0]), len(rows[1])
        values = VALUES[pair.candidate.kind]
        comparison = compare(
            StoredMatrix(reference.dataset(values)),
            StoredMatrix(candidate.dataset(values)),
            reference_rows=rows[0],
            candidate_rows=rows[1],
            reference_groups=samples[0]["group"],
            candidate_groups=samples[1]["group"],
            test=settings.test,
            alpha=settings.alpha,
            repeats=settings.repeats,
            seed=settings.seed,
            expected_fraction=_expected(pair.candidate, splits, sizes, settings.alpha),
            track=run.reporter.track,
        )
    return Tested(pair, splits, circular, comparison)


def _expected(candidate: Header, splits: tuple[str, ...], sizes: tuple[int, int], alpha: float) -> float:
    """Return the share rejected under the null, given where a shift of the candidate was fitted."""
    shift = candidate.attributes.get("shift")
    fitted_on: FittedOn = "nothing"
    if shift is None:
        shifted = any(fitted.by == "shift" for fitted in candidate.provenance.fitted_on)
        fitted_on = "unknown" if shifted else "nothing"  # what a network makes of a shift has no closed form
        return expected_rejections(alpha, test_sizes=sizes, fitted_on=fitted_on)
    if shift["method"] == "mean" and not set(shift["splits"]) & set(splits):
        fitted_on = "other rows"
    elif shift["method"] == "mean" and set(shift["splits"]) == set(splits):
        fitted_on = "these rows"
    else:
        fitted_on = "unknown"
    real, synthetic = shift["fit-sizes"]
    return expected_rejections(
        alpha,
        test_sizes=sizes,
        fitted_on=fitted_on,
        fit_sizes=(real, synthetic),
        strength=shift["strength"],
    )


def _require_one_origin(pair: Pair) -> None:
    """Refuse features of different weights or layers, and latents of different VAEs."""
    for name in ("weights-sha256", "layer", "vae-sha256"):
        values = [side.attributes.get(name) for side in (pair.reference, pair.candidate)]
        if values[0] != values[1]:
            raise InvalidInput(
                f"{pair.reference.path} and {pair.candidate.path} differ in their {name}: "
                f"{values[0]} and {values[1]}.",
                hint="Compare what the same network or VAE has made.",
            )


def _write(path: Path, tested: Sequence[Tested], recipe: Recipe, run: Run) -> None:
    parents = [side for one in tested for side in (one.pair.reference, one.pair.candidate)]
    header = Header(Kind.RESULTS, run.provenance(recipe, parents), steps=tested[0].pair.steps)
    rows = [_summary_row(one) for one in tested]
    with create_store(path, header) as writer:
        writer.table("summary", {name: [row[name] for row in rows] for name in rows[0]})
        for one in tested:
            writer.table(f"components/{one.pair.name}", _component_columns(one.comparison))


def _summary_row(tested: Tested) -> dict[str, Any]:
    pair, found = tested.pair, tested.comparison
    floors = {
        "within_reference": found.reference_by_image,
        "within_candidate": found.candidate_by_image,
        "within_reference_groups": found.reference_by_group,
        "within_candidate_groups": found.candidate_by_group,
        "between_halves": found.percent_at_half,
    }
    return {
        "pair": pair.name,
        "of": pair.candidate.steps[-1] if pair.candidate.kind is Kind.FEATURES else ".".join(pair.steps),
        "statistic": f"{found.test} t",
        "alpha": found.alpha,
        "rows": "+".join(tested.splits),
        "circular": int(tested.circular),
        "n_reference": found.reference.n,
        "n_candidate": found.candidate.n,
        "groups_reference": found.reference_groups or 0,
        "groups_candidate": found.candidate_groups or 0,
        "components": len(found.effect_size),
        "dead_equal": found.dead_equal,
        "dead_different": found.dead_different,
        "rejected_percent": found.percent,
        "expected_percent": found.percent_expected,
        **{f"{name}_percent": floor.mean for name, floor in floors.items()},
        **{f"{name}_min": floor.minimum for name, floor in floors.items()},
        **{f"{name}_max": floor.maximum for name, floor in floors.items()},
        "welch_percent": found.percent_by_test["welch"],
        **{f"{_column(name)}_percent": percent for name, percent in found.percent_by_correction.items()},
        "median_abs_d": found.effects.median,
        "abs_d_95th": found.effects.percentile_95,
        "abs_d_over_0_2_percent": found.effects.percent_above_small,
        "smallest_detectable_d": found.smallest_detectable,
    }


def _component_columns(found: Comparison) -> dict[str, Any]:
    return {
        "statistic": found.outcome.statistic,
        "p_value": found.outcome.p_value,
        **{f"p_{_column(name)}": p_value for name, p_value in found.adjusted.items()},
        "cohens_d": found.effect_size,
        "mean_reference": found.reference.mean,
        "mean_candidate": found.candidate.mean,
        "variance_reference": found.reference.variance,
        "variance_candidate": found.candidate.variance,
    }


def _column(name: str) -> str:
    return name.replace("-", "_")
