"""Image stores to classification stores under a judge that was trained before."""

# N images of all sides

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synthgap_cli.classifier.scoring import score
from synthgap_cli.devices import resolve_device
from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.pairing import name_pairs, pair_up
from synthgap_cli.stages.classification_store import write_classification
from synthgap_cli.stages.judge import Judged
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.rows import unseen_splits
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.sides import Subject, open_sides
from synthgap_cli.stages.stored_judge import StoredJudge, load_judge, seen_before
from synthgap_cli.stages.style_store import style_names, write_styles
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.study_dir import file_name


@dataclass(frozen=True)
class Hearing:
    """One classification store to write: whom the judge judges, and what its name tells."""

    subject: Subject
    domain: str
    steps: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return file_name(self.domain, self.steps, Kind.CLASSIFICATION)


def rejudge(
    stores: Sequence[Header],
    judge: Header,
    *,
    seed: int,
    style_features: bool = False,
    output: str | None,
    run: Run,
) -> list[Path]:
    """Write what a stored judge says of image stores; return the paths of all that is there.

    Candidates are judged in pairs with their references; where there are no partners, each store is scored
    alone.
    How well the judge does is measured on rows that neither it nor anything upstream of the images has seen.

    Parameters
    ----------
    judge : Header
        Of a classification store with weights.
    seed : int
        Of the resampling behind intervals.

    Raises
    ------
    InvalidInput
        The judge's store holds no weights or damaged ones, or images are smaller than it learned at.
    """
    loaded = load_judge(judge)
    hearings = _hearings(stores, loaded.name)
    paths = place(output, [hearing.name for hearing in hearings], beside=stores[0])
    written: list[Path] = []
    for hearing, path in zip(hearings, paths, strict=True):
        written += _hear(hearing, loaded, path, seed, run, with_styles=style_features)
    return written


def _hearings(stores: Sequence[Header], judge: str) -> list[Hearing]:
    """Return one hearing a pair, or one a store where there are no partners."""
    try:
        pairs = pair_up(stores)
    except InputMissing:
        alone = [Subject.of_store(store) for store in stores]
        return [Hearing(one, one.stores[0].domain, (*one.steps, f"by-{judge}")) for one in alone]
    tags = ["-".join(filter(None, ("by", judge, candidate))) for candidate in name_pairs(pairs)]
    return [
        Hearing(Subject.of_pair(pair), "", (*pair.steps, tag)) for pair, tag in zip(pairs, tags, strict=True)
    ]


def _hear(
    hearing: Hearing, judge: StoredJudge, path: Path, seed: int, run: Run, *, with_styles: bool
) -> list[Path]:
    stores = hearing.subject.stores
    parents = (*hearing.subject.parents(child=path), judge.header.as_parent("judge", child=path))
    recipe = Recipe("classify", {"seed": seed}, parents)
    styles = [path.with_name(name) for name in style_names(stores, hearing.steps)] if with_styles else []
    pending = [file for file in (*styles, path) if run.must_make(file, recipe)]
    if pending:
        judged = _judge(hearing.subject, judge, run)
        provenance = run.provenance(recipe, (*stores, judge.header))
        write_styles(styles, judged, hearing.steps, provenance)
        attributes = {**judge.header.attributes, "judge-sha256": judge.header.sha256}
        header = Header(
            Kind.CLASSIFICATION, provenance, hearing.domain, steps=hearing.steps, attributes=attributes
        )
        write_classification(path, header, judged, None, seed=seed)
    return [] if run.dry_run else [path, *styles]


def _judge(subject: Subject, judge: StoredJudge, run: Run) -> Judged:
    size = judge.model.image_size
    with open_sides(subject, run.reporter) as (images, sides):
        _compare_sizes(subject, images.shape[1], size, run)
        scores = score(
            judge.model,
            images,
            np.arange(len(images)),
            device=resolve_device(run.device),
            track=run.reporter.track,
        )
    seen = seen_before(judge, sides)
    splits = unseen_splits(subject.stores)
    tested = np.flatnonzero(~seen & np.isin(sides.column("split"), splits))
    judged = Judged(subject, sides, size, scores, seen, tested)
    _tell(judged, judge, run)
    return judged


def _compare_sizes(subject: Subject, stored: int, size: int, run: Run) -> None:
    if stored < size:
        raise InvalidInput(
            f"{subject.name} has images of {stored} pixels; the judge learned at {size}.",
            hint=f"Prepare them at {size} or more, or take a judge of {stored} pixels or less.",
        )
    if stored > size:
        run.reporter.note(f"{subject.name}: reduced from {stored} to {size} pixels, the judge's size.")


def _tell(judged: Judged, judge: StoredJudge, run: Run) -> None:
    """Say which rows the verdict is of, where that is not all of them."""
    name, total = judged.subject.name, len(judged.seen)
    if seen := int(judged.seen.sum()):
        run.reporter.note(
            f"{name}: {judge.header.path.name} learned from {seen} of {total} images or their scenes; "
            f"its verdict is on {len(judged.tested)} others."
        )
    elif len(judged.tested) < total:
        run.reporter.note(
            f"{name}: something upstream has seen {total - len(judged.tested)} of {total} images; "
            f"the verdict is on {len(judged.tested)} others."
        )
    truth = judged.sides.is_candidate[judged.tested]
    if len(judged.subject.stores) > 1 and (truth.all() or not truth.any()):
        known = " Images are known by their folder's and their own names." if seen else ""
        run.reporter.warn(
            f"{name}: no images of both sides are left to tell apart; there are scores alone.{known}"
        )
