"""A small classifier that learns from both sides of a pair, and what it says of them."""

# N images of both sides, the reference's first

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.classifier.metrics import require_both_classes
from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.retraining import Retraining, measure, retrain
from synthgap_cli.classifier.scoring import Scores, score
from synthgap_cli.classifier.training import ClassifierSettings, EpochRecord, train
from synthgap_cli.stages.run import Reporter
from synthgap_cli.stages.sides import Sides, Subject, open_sides

LEARNED = ("train", "val")  # no setting is chosen by the val rows, so the judge may learn from them
TESTED = ("test",)


@dataclass(frozen=True)
class Judged:
    """A subject under a judge."""

    subject: Subject
    sides: Sides
    image_size: int
    scores: Scores
    """Of all N rows."""
    seen: NDArray[np.bool_]
    """``(N,)``: the judge learned from the image, or from another of its scene."""
    tested: NDArray[np.intp]
    """The rows that say how well it judges."""


@dataclass(frozen=True)
class Training:
    """The judge, how its training went, and what the same training from other seeds gives."""

    model: SmallCnn
    records: list[EpochRecord]
    retrainings: list[Retraining]
    """The judge's own first."""


def train_judge(
    subject: Subject,
    size: int | None,
    settings: ClassifierSettings,
    *,
    repeats: int,
    device: torch.device,
    reporter: Reporter,
) -> tuple[Judged, Training]:
    """Return the scores of a classifier fitted to the train and val rows of a pair, and the classifier.

    Raises
    ------
    InvalidInput
        A side has no rows to learn from, or none to be tested on.
    """
    with open_sides(subject, reporter) as (images, sides):
        image_size = _choose_size(size, images.shape[1], reporter)
        truth, learned, tested = sides.is_candidate, sides.rows_in(LEARNED), sides.rows_in(TESTED)
        require_both_classes(truth[tested])
        model, records = train(
            images, truth, learned, image_size=image_size, settings=settings, device=device,
            track=reporter.track,
        )  # fmt: skip
        rows = np.arange(len(images))
        scores = score(model, images, rows, device=device, track=reporter.track)
        others = retrain(
            images,
            truth,
            learned,
            tested,
            image_size=image_size,
            settings=settings,
            seeds=range(settings.seed + 1, settings.seed + repeats),
            device=device,
            track=reporter.track,
        )
    seen = np.isin(rows, learned)
    own = measure(settings.seed, truth[tested], scores.probability[tested])
    judged = Judged(subject, sides, image_size, scores, seen, tested)
    return judged, Training(model, records, [own, *others])


def _choose_size(size: int | None, stored: int, reporter: Reporter) -> int:
    if size and size > stored:
        reporter.warn(f"Images of {stored} pixels are enlarged to {size}; they show no more by it.")
    return size or stored
