"""Pairs of feature or latent stores to results stores: one row a pair, one row a component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import UsageProblem
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.compared import VALUES, make_results, require_one_origin, warn_of_image_sizes
from synthgap_cli.stages.fitted import where_fitted
from synthgap_cli.stages.rows import parse_splits, rows_to_compare, same_images, splits_to_test
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.top_components import find_top
from synthgap_cli.stages.ttest_columns import Tested, component_columns, summary_row
from synthgap_cli.statistics.comparison import REPEATS, TestName, compare
from synthgap_cli.statistics.conclusion import ALPHA, Comparison
from synthgap_cli.statistics.expected_null import Fitted
from synthgap_cli.statistics.paired import compare_paired
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.statistics.t_test import TWO_SAMPLE_TESTS
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store

ClusterBy = Literal["group", "none"]


@dataclass(frozen=True)
class TestSettings:
    """What enters the recipe of a t-test."""

    test: TestName = "student"
    alpha: float = ALPHA
    repeats: int = REPEATS
    split: str | None = None  # none: the rows that nothing upstream has seen
    seed: int = 0
    cluster: ClusterBy = "group"
    top: int = 0  # components to name with the images that lie furthest along them


def test_pairs(pairs: Sequence[Pair], settings: TestSettings, *, output: str | None, run: Run) -> list[Path]:
    """Write a results store for each kind and steps; all networks of the same images share one.

    Raises
    ------
    UsageProblem
        A split is unknown, or two pairs have one name.
    InvalidInput
        The sides of a pair do not fit each other, or have too few rows.
    """
    if not 0 < settings.alpha < 0.5:
        raise UsageProblem(f"Alpha {settings.alpha:g} is no level of a test.", hint="Say 0.05.")
    if settings.split is not None:
        parse_splits(settings.split)

    def write(path: Path, group: Sequence[Pair], recipe: Recipe) -> None:
        _write(path, [_test(pair, settings, run) for pair in group], recipe, run)

    return make_results(pairs, "ttest", settings, write, output=output, run=run)


def _test(pair: Pair, settings: TestSettings, run: Run) -> Tested:
    splits, circular = splits_to_test((pair.reference, pair.candidate), settings.split, run.reporter)
    require_one_origin(pair)
    warn_of_image_sizes(pair, run.reporter)
    with (
        open_store(pair.reference.path, pair.candidate.kind) as reference,
        open_store(pair.candidate.path, pair.candidate.kind) as candidate,
    ):
        matrices = _matrix(reference), _matrix(candidate)
        samples = reference.samples(), candidate.samples()
        one_domain = pair.reference.domain == pair.candidate.domain
        if one_domain and settings.test in TWO_SAMPLE_TESTS and same_images(samples, splits):
            rows = samples[0].rows_in(splits), samples[1].rows_in(splits)
            compare_rows = _compare_pairs
        else:
            rows = rows_to_compare(pair, samples, splits, seed=settings.seed)
            compare_rows = _compare_sides
        fitted = where_fitted(pair.candidate, samples, splits)
        found = compare_rows(matrices, rows, samples, fitted, settings, run)
        _warn_of_groups(pair, found, settings, run)
        top = find_top(found, matrices, rows, samples, count=settings.top)
    return Tested(pair, splits, circular, found, top)


def _compare_pairs(
    matrices: tuple[StoredMatrix, StoredMatrix],
    rows: tuple[NDArray[np.intp], NDArray[np.intp]],
    samples: tuple[Samples, Samples],
    fitted: Fitted,
    settings: TestSettings,
    run: Run,
) -> Comparison:
    return compare_paired(
        *matrices,
        reference_rows=rows[0],
        candidate_rows=rows[1],
        groups=samples[0]["group"][rows[0]],
        cluster=settings.cluster == "group",
        alpha=settings.alpha,
        fitted=fitted,
        track=run.reporter.track,
    )


def _compare_sides(
    matrices: tuple[StoredMatrix, StoredMatrix],
    rows: tuple[NDArray[np.intp], NDArray[np.intp]],
    samples: tuple[Samples, Samples],
    fitted: Fitted,
    settings: TestSettings,
    run: Run,
) -> Comparison:
    return compare(
        *matrices,
        reference_rows=rows[0],
        candidate_rows=rows[1],
        reference_groups=samples[0]["group"],
        candidate_groups=samples[1]["group"],
        test=settings.test,
        cluster=settings.cluster == "group",
        alpha=settings.alpha,
        repeats=settings.repeats,
        seed=settings.seed,
        fitted=fitted,
        track=run.reporter.track,
    )


def _matrix(store: Store) -> StoredMatrix:
    return StoredMatrix(store.dataset(VALUES[store.header.kind]))


def _warn_of_groups(pair: Pair, found: Comparison, settings: TestSettings, run: Run) -> None:
    """Say so where images are taken as independent although nobody asked for it."""
    if found.clustered or settings.cluster == "none":
        return
    if settings.test not in TWO_SAMPLE_TESTS:
        run.reporter.warn(f"{settings.test} takes images as independent: it has no form for scenes.")
        return
    run.reporter.warn(
        f"The rows tested come from {found.reference_groups} groups of {pair.reference.domain} and "
        f"{found.candidate_groups} of {pair.candidate.domain}; with fewer than {MIN_GROUPS} on a side there "
        "is no test that takes scenes into account. Images are taken as independent: if they are not, too "
        "much is rejected."
    )


def _write(path: Path, tested: Sequence[Tested], recipe: Recipe, run: Run) -> None:
    parents: list[Header] = [side for one in tested for side in (one.pair.reference, one.pair.candidate)]
    header = Header(Kind.RESULTS, run.provenance(recipe, parents), steps=tested[0].pair.steps)
    rows = [summary_row(one) for one in tested]
    with create_store(path, header) as writer:
        writer.table("summary", {name: [row[name] for row in rows] for name in rows[0]})
        for one in tested:
            writer.table(f"components/{one.pair.name}", component_columns(one.comparison))
            if one.top:
                writer.table(f"top/{one.pair.name}", one.top)
