"""How well scores tell synthetic images from real ones."""

# n images, T thresholds

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from synthgap_cli.classifier.average_precision import estimate_average_precision
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.auc import estimate_auc


@dataclass(frozen=True)
class RocCurve:
    """The ROC curve, float64 ``(T,)`` each; the first threshold is infinite, where nothing is accepted."""

    false_positive_rate: NDArray[np.float64]
    true_positive_rate: NDArray[np.float64]
    threshold: NDArray[np.float64]


@dataclass(frozen=True)
class PrecisionRecallCurve:
    """Precision against recall, float64 ``(T + 1,)``, ending at (1, 0), and the thresholds ``(T,)``."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    threshold: NDArray[np.float64]


@dataclass(frozen=True)
class Performance:
    """How well real and synthetic images are told apart; synthetic is the positive class."""

    auc: float
    """Chance that a synthetic image scores above a real one; 0.5 where they are alike."""
    auc_low: float
    auc_high: float
    """Its 95 % interval, see `estimate_auc`."""
    average_precision: float
    """To be read against the base rate, which it has where the classes are alike."""
    average_precision_low: float
    average_precision_high: float
    """Its 95 % interval, see `estimate_average_precision`."""
    base_rate: float
    """Share of synthetic images."""
    balanced_accuracy: float
    """Mean of both classes' shares on their side of probability 0.5; 0.5 where the classes are alike."""
    n_real: int
    n_synthetic: int
    groups_real: int
    """Scenes of the images that were tested; 0 where images were taken as independent."""
    groups_synthetic: int


def roc_curve(is_synthetic: NDArray[np.bool_], probability: NDArray[np.float64]) -> RocCurve:
    """Return the ROC curve of the scores ``(n,)``.

    Raises
    ------
    InvalidInput
        A class is absent.
    """
    require_both_classes(is_synthetic)
    return RocCurve(*metrics.roc_curve(is_synthetic, probability))


def precision_recall_curve(
    is_synthetic: NDArray[np.bool_], probability: NDArray[np.float64]
) -> PrecisionRecallCurve:
    """Return the precision-recall curve of the scores ``(n,)``, synthetic being what is looked for.

    Raises
    ------
    InvalidInput
        A class is absent.
    """
    require_both_classes(is_synthetic)
    return PrecisionRecallCurve(*metrics.precision_recall_curve(is_synthetic, probability))


def evaluate(
    is_synthetic: NDArray[np.bool_],
    probability: NDArray[np.float64],
    groups: NDArray[np.generic] | None = None,
    *,
    rng: np.random.Generator,
) -> Performance:
    """Return the area under the ROC curve, average precision, their intervals and what to read them against.

    Parameters
    ----------
    is_synthetic : bool (n,)
    probability : float64 (n,)
        Of being synthetic.
    groups : (n,), optional
        The scene of each image, for intervals that do not take images of one scene as independent.
    rng : numpy.random.Generator
        Draws the resamples behind the interval of the average precision.

    Raises
    ------
    InvalidInput
        A class is absent.
    """
    require_both_classes(is_synthetic)
    estimate = estimate_auc(is_synthetic, probability, groups)
    precision = estimate_average_precision(is_synthetic, probability, groups, rng=rng)
    scenes = [0 if groups is None else len(np.unique(groups[is_synthetic == side])) for side in (False, True)]
    return Performance(
        auc=estimate.auc,
        auc_low=estimate.low,
        auc_high=estimate.high,
        average_precision=precision.average_precision,
        average_precision_low=precision.low,
        average_precision_high=precision.high,
        base_rate=float(is_synthetic.mean()),
        balanced_accuracy=float(metrics.balanced_accuracy_score(is_synthetic, probability > 0.5)),
        n_real=int((~is_synthetic).sum()),
        n_synthetic=int(is_synthetic.sum()),
        groups_real=scenes[0],
        groups_synthetic=scenes[1],
    )


def unknown_performance(is_synthetic: NDArray[np.bool_]) -> Performance:
    """Return what is known where a class is absent: how many images of the other were scored."""
    unknown: dict[str, Any] = {field.name: np.nan for field in fields(Performance)}
    counts = {"n_real": int((~is_synthetic).sum()), "n_synthetic": int(is_synthetic.sum())}
    return Performance(**{**unknown, **counts, "groups_real": 0, "groups_synthetic": 0})


def require_both_classes(is_synthetic: NDArray[np.bool_]) -> None:
    """Raise InvalidInput unless the images are of both classes."""
    if is_synthetic.all() or not is_synthetic.any():
        only = "synthetic" if is_synthetic.any() else "real"
        raise InvalidInput(
            f"No image of the other class among {len(is_synthetic)} {only} ones: nothing can be told apart.",
            hint="Give images of both classes, and check how they are split.",
        )
