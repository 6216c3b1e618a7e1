"""A small classifier trained on both sides of a pair, and what is stored of it."""

# N images of both sides, the reference's first

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import Track
from synthgap_cli.classifier.metrics import Performance, evaluate, precision_recall_curve, roc_curve
from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.scoring import Scores, score
from synthgap_cli.classifier.training import ClassifierSettings, EpochRecord, train
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import JoinedImages, StoredImages
from synthgap_cli.store.writer import StoreWriter, create_store
from synthgap_cli.study_dir import Pair

LEARNED = ("train", "val")  # no setting is chosen by the val rows, so the judge may learn from them
SCORE_BATCH = 256


@dataclass(frozen=True)
class Sides:
    """The rows of a pair, the reference's first."""

    reference: Samples
    candidate: Samples

    @property
    def is_candidate(self) -> NDArray[np.bool_]:
        """Which rows are synthetic, bool (N,)."""
        return np.repeat([False, True], [len(self.reference), len(self.candidate)])

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of both sides, (N,)."""
        return np.concatenate([self.reference[name], self.candidate[name]])

    def rows_in(self, splits: tuple[str, ...]) -> NDArray[np.intp]:
        """Return the rows of both sides that lie in these splits."""
        return np.flatnonzero(np.isin(self.column("split"), splits))


@dataclass(frozen=True)
class Judged:
    """Both sides of a pair under one judge; scores have N rows."""

    sides: Sides
    scores: Scores
    model: SmallCnn
    records: list[EpochRecord]


def judge(
    pair: Pair, size: int | None, settings: ClassifierSettings, *, device: torch.device, track: Track
) -> Judged:
    """Return the classifier fitted to the train and val rows of a pair, and its scores of all rows.

    Raises
    ------
    InvalidInput
        The sides differ in image size, or one has no rows to learn from.
    """
    with (
        open_store(pair.reference.path, Kind.IMAGES) as reference,
        open_store(pair.candidate.path, Kind.IMAGES) as candidate,
    ):
        sources = [StoredImages(store.dataset("images")) for store in (reference, candidate)]
        _require_one_size(pair, *(source.shape[1] for source in sources))
        images = JoinedImages(sources)
        sides = Sides(reference.samples(), candidate.samples())
        model, records = train(
            images,
            sides.is_candidate,
            sides.rows_in(LEARNED),
            image_size=size or images.shape[1],
            settings=settings,
            device=device,
            track=track,
        )
        rows = np.arange(len(images))
        scores = score(model, images, rows, batch_size=SCORE_BATCH, device=device, track=track)
    return Judged(sides, scores, model, records)


def write_judge(path: Path, header: Header, judged: Judged, pair: Pair) -> None:
    """Write the classification store: scores of all rows, curves of the test rows, training, weights."""
    sides = judged.sides
    tested = sides.rows_in(("test",))
    truth, probability = sides.is_candidate[tested], judged.scores.probability[tested]
    scenes = _scenes(sides)
    groups = None if scenes is None else scenes[tested]
    roc, recall = roc_curve(truth, probability), precision_recall_curve(truth, probability)
    domains = np.asarray([pair.reference.domain, pair.candidate.domain], dtype=object)
    with create_store(path, header) as writer:
        writer.table(
            "scores",
            {
                "domain": domains[sides.is_candidate.astype(int)],
                **{name: sides.column(name) for name in ("id", "split", "group", "source")},
                "is_synthetic": sides.is_candidate.astype(np.uint8),
                "probability": judged.scores.probability,
            },
        )
        writer.array("curves/roc_false_positive_rate", roc.false_positive_rate)
        writer.array("curves/roc_true_positive_rate", roc.true_positive_rate)
        writer.array("curves/pr_recall", recall.recall)
        writer.array("curves/pr_precision", recall.precision)
        found = evaluate(truth, probability, groups)
        counts = [0, 0] if groups is None else [len(set(groups[truth == side])) for side in (False, True)]
        writer.table("summary", _summary(judged, pair, found, counts))
        writer.table("training", {name: [getattr(r, name) for r in judged.records] for name in _RECORDED})
        _write_weights(writer, judged.model)


_RECORDED = ("epoch", "loss", "accuracy")


def write_style(path: Path, header: Header, samples: Samples, style: NDArray[np.float32]) -> None:
    """Write the penultimate layer of one side's rows, float32 (n, 64), as a feature store."""
    with create_store(path, header) as writer:
        writer.rows("features", style.shape[1:], "float32").append(style)
        writer.samples(samples)


def _scenes(sides: Sides) -> NDArray[Any] | None:
    """Return the group of each row (N,), or None where a side has too few to reckon with them."""
    counts = [len(set(side["group"])) for side in (sides.reference, sides.candidate)]
    return sides.column("group") if min(counts) >= MIN_GROUPS else None


def _summary(judged: Judged, pair: Pair, tested: Performance, groups: Sequence[int]) -> dict[str, list[Any]]:
    row = {
        "pair": pair.name,
        "image_size": judged.model.image_size,
        "rows": "test",
        **asdict(tested),
        "groups_real": groups[0],  # 0: images were taken as independent
        "groups_synthetic": groups[1],
    }
    return {name: [value] for name, value in row.items()}


def _write_weights(writer: StoreWriter, model: SmallCnn) -> None:
    for name, weight in model.to_arrays().items():
        writer.array(f"model/{name}", weight)


def _require_one_size(pair: Pair, reference: int, candidate: int) -> None:
    if reference != candidate:
        raise InvalidInput(
            f"{pair.reference.path} has images of {reference} pixels, {pair.candidate.path} of {candidate}.",
            hint="Prepare both at one size, so that the size does not tell them apart.",
        )
