"""Pairs of image stores to classification stores, one for each image size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from synthgap_cli.classifier.training import ClassifierSettings
from synthgap_cli.devices import resolve_device, resolve_precision
from synthgap_cli.stages.judge import LEARNED, Judged, judge, write_judge, write_style
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Provenance, Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.study_dir import Pair, file_name, name_pairs

TAG = "small-cnn"


@dataclass(frozen=True)
class ClassifySettings:
    """What enters the recipe of a classification store."""

    sizes: tuple[int, ...] = ()  # none: the size of the stores
    epochs: int = ClassifierSettings.epochs
    seed: int = 0
    precision: str = "fp32"
    style_features: bool = False


@dataclass(frozen=True)
class Job:
    """One judge to train: whom it judges, at which size, and the steps that its outputs are named by."""

    pair: Pair
    size: int | None
    steps: tuple[str, ...]

    def recipe(self, settings: ClassifySettings, path: Path) -> Recipe:
        """Return what makes the classification store at ``path``."""
        parameters = {
            **asdict(ClassifierSettings(epochs=settings.epochs, seed=settings.seed)),
            "precision": settings.precision,
            "image_size": self.size,
            "learned_from": "+".join(LEARNED),
        }
        return Recipe("classify", parameters, self.pair.as_parents(child=path))


def classify_pairs(
    pairs: Sequence[Pair], settings: ClassifySettings, *, output: str | None, run: Run
) -> list[Path]:
    """Write a classification store for each pair and size; return the paths of all that is there.

    Raises
    ------
    InvalidInput
        The sides of a pair differ in image size, or one has no rows to learn from or to be tested on.
    """
    jobs = [
        Job(pair, size, (*pair.steps, _tag(size, candidate)))
        for pair, candidate in zip(pairs, name_pairs(pairs), strict=True)
        for size in settings.sizes or (None,)
    ]
    names = [file_name("", job.steps, Kind.CLASSIFICATION) for job in jobs]
    written: list[Path] = []
    for job, path in zip(jobs, place(output, names, beside=pairs[0].candidate), strict=True):
        written += _classify(job, settings, path, run)
    return written


def _tag(size: int | None, candidate: str) -> str:
    """Return the judge's name, with its size and, where there are several, its candidate."""
    return "-".join([TAG, *filter(None, (candidate, str(size or "")))])


def _classify(job: Job, settings: ClassifySettings, path: Path, run: Run) -> list[Path]:
    recipe = job.recipe(settings, path)
    sides = job.pair.reference, job.pair.candidate
    wanted = sides if settings.style_features else ()
    styles = [path.with_name(file_name(side.domain, job.steps, Kind.FEATURES)) for side in wanted]
    pending = [file for file in (*styles, path) if run.must_make(file, recipe)]
    if pending:
        device = resolve_device(run.device)
        precision = resolve_precision(settings.precision, device)
        learning = ClassifierSettings(epochs=settings.epochs, seed=settings.seed, precision=precision)
        judged = judge(job.pair, job.size, learning, device=device, track=run.reporter.track)
        provenance = run.provenance(
            recipe, sides, [FittedOn("classify", side.domain, LEARNED) for side in sides]
        )
        if styles:
            _write_styles(styles, judged, job, provenance)
        attributes = {"image-size": judged.model.image_size, "network": TAG}
        header = Header(Kind.CLASSIFICATION, provenance, steps=job.steps, attributes=attributes)
        write_judge(path, header, judged, job.pair)  # last: it is what tells that the job is done
    return [] if run.dry_run else [path, *styles]


def _write_styles(paths: Sequence[Path], judged: Judged, job: Job, provenance: Provenance) -> None:
    cut = len(judged.sides.reference)
    parts = (
        (job.pair.reference, judged.sides.reference, judged.scores.style[:cut]),
        (job.pair.candidate, judged.sides.candidate, judged.scores.style[cut:]),
    )
    for path, (side, samples, style) in zip(paths, parts, strict=True):
        header = Header(
            kind=Kind.FEATURES,
            provenance=provenance,
            domain=side.domain,
            role=side.role,
            steps=job.steps,
            reference_steps=job.steps,  # one judge, one style space: each pair has its own
            attributes={"network": job.steps[-1], "layer": "to_style"},
        )
        write_style(path, header, samples, style)
