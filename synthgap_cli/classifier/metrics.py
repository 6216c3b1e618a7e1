"""How well scores tell synthetic images from real ones."""

# n images, T thresholds

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

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
    base_rate: float
    """Share of synthetic images."""
    balanced_accuracy: float
    """Mean of both classes' shares on their side of probability 0.5; 0.5 where the classes are alike."""
    n_real: int
    n_synthetic: int


def roc_curve(is_synthetic: NDArray[np.bool_], probability: NDArray[np.float64]) -> RocCurve:
    """Return the ROC curve of the scores ``(n,)``.

    Raises
    ------
    InvalidInput
        A class is absent.
    """
    _check_both_classes(is_synthetic)
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
    _check_both_classes(is_synthetic)
    return PrecisionRecallCurve(*metrics.precision_recall_curve(is_synthetic, probability))


def evaluate(
    is_synthetic: NDArray[np.bool_],
    probability: NDArray[np.float64],
    groups: NDArray[np.generic] | None = None,
) -> Performance:
    """Return the area under the ROC curve with its interval, average precision and what to read them against.

    Parameters
    ----------
    is_synthetic : bool (n,)
    probability : float64 (n,)
        Of being synthetic.
    groups : (n,), optional
        The scene of each image, for an interval that does not take images of one scene as independent.

    Raises
    ------
    InvalidInput
        A class is absent.
    """
    _check_both_classes(is_synthetic)
    estimate = estimate_auc(is_synthetic, probability, groups)
    return Performance(
        auc=estimate.auc,
        auc_low=estimate.low,
        auc_high=estimate.high,
        average_precision=float(metrics.average_precision_score(is_synthetic, probability)),
        base_rate=float(is_synthetic.mean()),
        balanced_accuracy=float(metrics.balanced_accuracy_score(is_synthetic, probability > 0.5)),
        n_real=int((~is_synthetic).sum()),
        n_synthetic=int(is_synthetic.sum()),
    )


def _check_both_classes(is_synthetic: NDArray[np.bool_]) -> None:
    if is_synthetic.all() or not is_synthetic.any():
        only = "synthetic" if is_synthetic.any() else "real"
        raise InvalidInput(
            f"No image of the other class among {len(is_synthetic)} {only} ones: nothing can be told apart.",
            hint="Give images of both classes, and check how they are split.",
        )
