"""Image stores to a results store: what the decoder does, what the shift does, and what it was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from synthgap_cli.classifier.training import ClassifierSettings
from synthgap_cli.devices import map_batches, resolve_device
from synthgap_cli.distances.measures.c2st import LEAST_ROWS
from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.ledger.closing import close
from synthgap_cli.ledger.cnn import PairScores, conclude_from, epochs_for, score_pair
from synthgap_cli.ledger.draws import REPEATS, permutations_for, plan_ledger
from synthgap_cli.ledger.finding import Finding
from synthgap_cli.ledger.pairs import LedgerPair, pairs_told
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.verdicts import Entry, decide
from synthgap_cli.ledger.views import judge_view
from synthgap_cli.stages.content import content_columns
from synthgap_cli.stages.density import density_columns
from synthgap_cli.stages.image_sets import LedgerSets, find_image_sets
from synthgap_cli.stages.ledger_columns import closed_columns, summary_columns
from synthgap_cli.stages.open_sets import OpenFamily, OpenSets, View, open_image_sets
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.utility import Memory, utility_columns
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name

TAG = "ledger"


@dataclass(frozen=True)
class LedgerSettings:
    """What enters the recipe of a ledger."""

    epochs: int | None = None  # of each training of the small CNN; none: see `epochs_for`
    repeats: int = REPEATS
    seed: int = 0
    utility: bool = True


def write_ledgers(
    images: Sequence[Header], settings: LedgerSettings, *, output: str | None, run: Run
) -> list[Path]:
    """Write a ledger for every shifted or translated store among the images; return the paths of all.

    Raises
    ------
    InputMissing
        No store is shifted and decoded, or translated; or one of the sets that go with it is not there.
    InvalidInput
        The sets do not fit each other, or have too few images to learn from or to be tested on.
    UsageProblem
        Two stores could be the same set, or two ledgers would have the same name.
    """
    found = find_image_sets(images)
    paths = place(output, _names(found), beside=found[0].outcome)
    if twice := [str(path) for path in paths if paths.count(path) > 1]:
        raise UsageProblem(
            f"Two ledgers would both be {twice[0]}.", hint="Name the stores of one directory at a time."
        )
    memory: Memory = {}
    for sets, path in zip(found, paths, strict=True):
        recipe = Recipe(TAG, asdict(settings), sets.as_parents(child=path))
        if run.must_make(path, recipe):
            _write(path, sets, settings, recipe, memory, run)
    return [] if run.dry_run else paths


def ledgers_among(results: Sequence[Header]) -> list[Path]:
    """Return the paths of the ledgers among these results stores.

    Raises
    ------
    InputMissing
        There is none.
    """
    paths = [header.path for header in results if header.provenance.recipe.command == TAG]
    if not paths:
        raise InputMissing("There is no ledger here.", hint="synthgap ledger writes one.")
    return paths


def _names(found: Sequence[LedgerSets]) -> list[str]:
    """Return a name for each shift, with its domain where there are several."""
    shifted = [sets.outcome for sets in found]
    several = len({header.domain for header in shifted}) > 1
    return [
        file_name(header.domain if several else "", (*header.steps, TAG), Kind.RESULTS) for header in shifted
    ]


def _write(
    path: Path, sets: LedgerSets, settings: LedgerSettings, recipe: Recipe, memory: Memory, run: Run
) -> None:
    tables: dict[str, Mapping[str, Sequence[Any]]] = {}
    with open_image_sets(sets, seed=settings.seed, reporter=run.reporter) as opened:
        views = [family.views() for family in opened.families]
        entries = judge(opened, views, settings, memory, run)
        tables["summary"] = summary_columns(entries, opened.rows)
        tables["closed"] = closed_columns(close(entries))
        tables["content"] = content_columns(list(zip(opened.families, views, strict=True)))
        if settings.utility:
            tables["utility"], tables["utility-trainings"] = utility_columns(
                opened, seed=settings.seed, memory=memory, run=run
            )
        tables["density"], tables["density-points"] = density_columns(opened)
    header = Header(Kind.RESULTS, run.provenance(recipe, sets.stores), steps=sets.outcome.steps)
    with create_store(path, header) as writer:
        for name, columns in tables.items():
            if columns:  # without labels or latents there are none
                writer.table(name, columns)


def judge(
    opened: OpenSets,
    views: Sequence[Mapping[str, View]],
    settings: LedgerSettings,
    memory: Memory,
    run: Run,
) -> list[Entry]:
    """Return what every judge says of every pair: the small CNN, then the views, family by family."""
    told = pairs_told(family.family for family in opened.families)
    scores = [
        one
        for family, (_, pairs) in zip(opened.families, told, strict=True)
        for one in _score_all(family, pairs, settings, memory, run)
    ]
    findings: list[Finding] = conclude_from(scores, opened.rows, seed=settings.seed)
    for family, mine, (_, pairs) in zip(opened.families, views, told, strict=True):
        findings += _judge_views(family, mine, pairs, settings, memory, run)
    return decide(findings)


def _judge_views(
    opened: OpenFamily,
    views: Mapping[str, View],
    pairs: Sequence[LedgerPair],
    settings: LedgerSettings,
    memory: Memory,
    run: Run,
) -> list[Finding]:
    """Return what the views say of these pairs, from memory where another shift has asked for them."""
    findings: list[Finding] = []
    plan = plan_ledger(
        opened.family,
        opened.rows,
        repeats=settings.repeats,
        permutations=permutations_for(1 + len(views)),
        seed=settings.seed,
    )
    if plan.rows_per_half < LEAST_ROWS:
        run.reporter.warn(
            f"Halves of the test rows have {plan.rows_per_half} images; c2st needs {LEAST_ROWS}, so it "
            "is unknown, and of the judges only the small CNN can lead."
        )
    for name, view in run.reporter.track(views.items(), "ledger: views", len(views)):
        known = memory.setdefault(("view", name, len(views), settings, *opened.originals(name)), {})
        findings += judge_view(
            name,
            view,
            plan,
            pairs,
            by_scene=opened.rows.by_scene,
            seed=settings.seed,
            known=known,
            track=run.reporter.track,
        )
    return findings


def _score_all(
    opened: OpenFamily, pairs: Sequence[LedgerPair], settings: LedgerSettings, memory: Memory, run: Run
) -> list[PairScores]:
    """Return the small CNN's scores of these pairs, from memory where another shift has asked for them."""
    images, device = opened.images, resolve_device(run.device)
    epochs = settings.epochs or epochs_for(sum(len(side.rows) for side in opened.rows.learned))
    classifier = ClassifierSettings(epochs=epochs, seed=settings.seed)
    keys = {}
    for pair in pairs:
        compared = (ImageSet.REAL, ImageSet.SYNTHETIC, pair.first, pair.second)
        digests = (images[one].sha256 for one in compared)  # the first two decide which rows are taken
        keys[pair] = ("small-cnn", pair.name, opened.joined.images.shape[1:], *digests)
    missing = [pair for pair in pairs if keys[pair] not in memory]
    score = partial(score_pair, sets=opened.joined, rows=opened.rows, settings=classifier, device=device)
    scored = run.reporter.track(
        map_batches(score, missing, device=device), "ledger: small CNN, pairs", len(missing)
    )
    memory |= {keys[scores.pair]: scores for scores in scored}
    return [memory[keys[pair]] for pair in pairs]
