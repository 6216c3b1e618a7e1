"""Pairs of image stores to classification stores, one for each image size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from synthgap_cli.classifier.training import ClassifierSettings
from synthgap_cli.devices import resolve_device, resolve_precision
from synthgap_cli.pairing import Pair, name_pairs
from synthgap_cli.stages.classification_store import write_classification
from synthgap_cli.stages.judge import LEARNED, train_judge
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.sides import Subject
from synthgap_cli.stages.style_store import style_names, write_styles
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.study_dir import file_name

TAG = "small-cnn"


@dataclass(frozen=True)
class ClassifySettings:
    """What enters the recipe of a classification store."""

    sizes: tuple[int, ...] = ()  # none: the size of the stores
    epochs: int = ClassifierSettings.epochs
    seed: int = 0
    precision: str = "fp32"
    repeats: int = 1  # trainings, each from the next seed; the first is the judge
    style_features: bool = False


@dataclass(frozen=True)
class Job:
    """One judge to train: whom it judges, at which size, and the steps that its outputs are named by."""

    subject: Subject
    size: int | None
    steps: tuple[str, ...]
    learning: ClassifierSettings
    repeats: int

    def recipe(self, path: Path) -> Recipe:
        """Return what makes the classification store at ``path``."""
        parameters = {
            **asdict(self.learning),
            "image_size": self.size,
            "learned_from": "+".join(LEARNED),
            "repeats": self.repeats,
        }
        return Recipe("classify", parameters, self.subject.parents(child=path))


def classify_pairs(
    pairs: Sequence[Pair], settings: ClassifySettings, *, output: str | None, run: Run
) -> list[Path]:
    """Write a classification store for each pair and size; return the paths of all that is there.

    Raises
    ------
    InvalidInput
        A side has no rows to learn from or to be tested on.
    """
    precision = resolve_precision(settings.precision, resolve_device(run.device))
    learning = ClassifierSettings(epochs=settings.epochs, seed=settings.seed, precision=precision)
    jobs = [
        Job(Subject.of_pair(pair), size, (*pair.steps, _tag(size, candidate)), learning, settings.repeats)
        for pair, candidate in zip(pairs, name_pairs(pairs), strict=True)
        for size in dict.fromkeys(settings.sizes) or (None,)
    ]
    names = [file_name("", job.steps, Kind.CLASSIFICATION) for job in jobs]
    written: list[Path] = []
    for job, path in zip(jobs, place(output, names, beside=pairs[0].candidate), strict=True):
        written += _classify(job, path, run, with_styles=settings.style_features)
    return written


def _tag(size: int | None, candidate: str) -> str:
    """Return the judge's name, with its size and, where there are several, its candidate."""
    return "-".join([TAG, *filter(None, (candidate, str(size or "")))])


def _classify(job: Job, path: Path, run: Run, *, with_styles: bool) -> list[Path]:
    recipe, stores = job.recipe(path), job.subject.stores
    styles = [path.with_name(name) for name in style_names(stores, job.steps)] if with_styles else []
    pending = [file for file in (*styles, path) if run.must_make(file, recipe)]
    if pending:
        judged, training = train_judge(
            job.subject,
            job.size,
            job.learning,
            repeats=job.repeats,
            device=resolve_device(run.device),
            reporter=run.reporter,
        )
        learned = [FittedOn("classify", store.domain, LEARNED) for store in stores]
        provenance = run.provenance(recipe, stores, learned)
        write_styles(styles, judged, job.steps, provenance)
        attributes = {"image-size": judged.image_size, "network": TAG}
        header = Header(Kind.CLASSIFICATION, provenance, steps=job.steps, attributes=attributes)
        # last: it is what tells that the job is done
        write_classification(path, header, judged, training, seed=job.learning.seed)
    return [] if run.dry_run else [path, *styles]
