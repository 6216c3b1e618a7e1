"""What is stored of a judge's verdicts: scores of every image, and how well they tell the domains apart."""

# N images of all sides, n of them tested, B bins of probability

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.classifier.calibration import Calibration, calibrate
from synthgap_cli.classifier.examples import most_telling
from synthgap_cli.classifier.metrics import (
    evaluate,
    precision_recall_curve,
    roc_curve,
    unknown_performance,
)
from synthgap_cli.classifier.sources import auc_by_source
from synthgap_cli.stages.judge import Judged, Training
from synthgap_cli.store.header import Header
from synthgap_cli.store.samples import SPLITS
from synthgap_cli.store.writer import StoreWriter, create_store

EXAMPLES = 12  # telltale images of each domain, and as many misleading ones
_BINNED = (
    "low",
    "high",
    "count",
    "mean_probability",
    "share_synthetic",
    "consistent_low",
    "consistent_high",
)


def write_classification(
    path: Path, header: Header, judged: Judged, training: Training | None, *, seed: int
) -> None:
    """Write scores of all rows and, where both classes are tested, how well they are told apart.

    ``seed`` is of the resampling behind intervals. Weights are stored where the judge was trained.
    """
    with create_store(path, header) as writer:
        writer.table("scores", _scores(judged))
        truth = judged.sides.is_candidate[judged.tested]
        if truth.any() and not truth.all():
            found = _evaluate(writer, judged, np.random.default_rng(seed))
        else:
            found = {**asdict(unknown_performance(truth)), **_calibration_errors(None)}
        row = {**_described(judged), **found, **_over_half(judged), **_trainings(training)}
        writer.table("summary", {name: [value] for name, value in row.items()})
        if training:
            writer.table("training", _columns(training.records))
            writer.table("retrainings", _columns(training.retrainings))
            for name, weight in training.model.to_arrays().items():
                writer.array(f"model/{name}", weight)


def _scores(judged: Judged) -> dict[str, NDArray[Any]]:
    sides = judged.sides
    return {
        "domain": sides.domain,
        **{name: sides.column(name) for name in ("id", "split", "group", "source")},
        "is_synthetic": sides.is_candidate.astype(np.uint8),
        "probability": judged.scores.probability,
        "seen": judged.seen.astype(np.uint8),
        "tested": np.isin(np.arange(len(judged.seen)), judged.tested).astype(np.uint8),
    }


def _evaluate(writer: StoreWriter, judged: Judged, rng: np.random.Generator) -> dict[str, Any]:
    """Write what is known of the tested rows, curve by curve; return their measures."""
    sides, tested = judged.sides, judged.tested
    truth, probability = sides.is_candidate[tested], judged.scores.probability[tested]
    groups = None if sides.scenes is None else sides.scenes[tested]
    roc, recall = roc_curve(truth, probability), precision_recall_curve(truth, probability)
    writer.array("curves/roc_false_positive_rate", roc.false_positive_rate)
    writer.array("curves/roc_true_positive_rate", roc.true_positive_rate)
    writer.array("curves/pr_recall", recall.recall)
    writer.array("curves/pr_precision", recall.precision)
    performance = evaluate(truth, probability, groups, rng=rng)
    calibration = calibrate(truth, probability, rng=rng)
    writer.table("calibration", {name: getattr(calibration, name) for name in _BINNED})
    sources = _columns(auc_by_source(truth, probability, sides.column("source")[tested], groups))
    sources["is_synthetic"] = np.asarray(sources["is_synthetic"], dtype=np.uint8)
    writer.table("sources", sources)
    writer.table("examples", _examples(judged))
    return {**asdict(performance), **_calibration_errors(calibration)}


def _examples(judged: Judged) -> dict[str, NDArray[Any]]:
    """Return the tested images that are surest right and surest wrong, a scene one, each domain's apart."""
    sides, tested = judged.sides, judged.tested
    truth, probability = sides.is_candidate[tested], judged.scores.probability[tested]
    of_truth = np.where(truth, probability, 1 - probability)
    scenes = np.arange(len(tested)) if sides.scenes is None else sides.scenes[tested]
    rows: list[NDArray[np.intp]] = []
    kinds: list[str] = []
    for side in (False, True):
        mine = np.flatnonzero(truth == side)
        for kind, sign in (("telltale", 1), ("misleading", -1)):
            chosen = mine[most_telling(sign * of_truth[mine], scenes[mine], EXAMPLES)]
            rows.append(tested[chosen])
            kinds += [kind] * len(chosen)
    chosen = np.concatenate(rows)
    return {
        "kind": np.asarray(kinds, dtype=object),
        "domain": sides.domain[chosen],
        "source": sides.column("source")[chosen],
        "id": sides.column("id")[chosen],
        "row": chosen,  # of /scores
        "probability": judged.scores.probability[chosen],
    }


def _described(judged: Judged) -> dict[str, Any]:
    splits = set(judged.sides.column("split")[judged.tested])
    return {
        "pair": judged.subject.name,
        "image_size": judged.image_size,
        "rows": "+".join(split for split in SPLITS if split in splits),
    }


def _over_half(judged: Judged) -> dict[str, float]:
    """Return the share of each domain's tested images that are taken for synthetic; NaN without any."""
    truth = judged.sides.is_candidate[judged.tested]
    over = judged.scores.probability[judged.tested] > 0.5
    return {
        f"{name}_over_half": float(over[truth == side].mean()) if (truth == side).any() else np.nan
        for name, side in (("real", False), ("synthetic", True))
    }


def _calibration_errors(calibration: Calibration | None) -> dict[str, float]:
    return {
        "brier": calibration.brier if calibration else np.nan,
        "calibration_error": calibration.error if calibration else np.nan,
        "calibration_expected_error": calibration.expected_error if calibration else np.nan,
    }


def _trainings(training: Training | None) -> dict[str, float]:
    """Return how many trainings there were and the spread of their areas; NaN for a judge trained before."""
    areas = [found.auc for found in training.retrainings] if training else [np.nan]
    return {
        "trainings": len(areas) if training else 0,
        "trainings_auc_mean": float(np.mean(areas)),
        "trainings_auc_lowest": min(areas),
        "trainings_auc_highest": max(areas),
    }


def _columns(records: Sequence[Any]) -> dict[str, Any]:
    """Return the columns of dataclasses of one kind, at least one."""
    return {name: [getattr(record, name) for record in records] for name in asdict(records[0])}
