"""How much the verdict owes to the seed: the same training from other seeds."""

# N images

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource, Track, untracked
from synthgap_cli.classifier.average_precision import weighted_average_precision
from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train
from synthgap_cli.statistics.auc import estimate_auc


@dataclass(frozen=True)
class Retraining:
    """What a classifier trained from a seed makes of the tested images."""

    seed: int
    auc: float
    average_precision: float


def measure(seed: int, is_synthetic: NDArray[np.bool_], probability: NDArray[np.float64]) -> Retraining:
    """Return the areas under both curves of the tested images ``(n,)``."""
    weights = np.ones((1, len(probability)))
    precision = weighted_average_precision(is_synthetic, probability, weights)
    return Retraining(seed, estimate_auc(is_synthetic, probability).auc, float(precision[0]))


def retrain(
    images: ImageSource,
    is_synthetic: NDArray[np.bool_],
    learned: NDArray[np.intp],
    tested: NDArray[np.intp],
    *,
    image_size: int,
    settings: ClassifierSettings,
    seeds: Sequence[int],
    device: torch.device,
    track: Track = untracked,
) -> list[Retraining]:
    """Return what classifiers trained from other seeds on the same rows make of the same test rows.

    Their spread is that of first weights, order of the batches and dropout. It is not in the interval of any
    one of them, and says nothing of other images to learn from.

    Parameters
    ----------
    images : ImageSource (N, H, W, 3) uint8
    is_synthetic : bool (N,)
    learned, tested : intp
        Rows to train on and rows to score.
    seeds : sequence of int
        One training each; ``settings.seed`` is not looked at.
    """
    found = []
    for seed in seeds:
        model, _ = train(
            images,
            is_synthetic,
            learned,
            image_size=image_size,
            settings=replace(settings, seed=seed),
            device=device,
            track=track,
        )
        scores = score(model, images, tested, device=device, track=track)
        found.append(measure(seed, is_synthetic[tested], scores.probability))
    return found
