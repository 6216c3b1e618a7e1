"""What the thesis' small classifier, trained anew for every pair, says of it."""

# N images of all sets of a family, n tested rows a side, B resamples

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource, Track, untracked
from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train
from synthgap_cli.ledger.areas import (
    p_value_of_area,
    p_value_of_swaps,
    resample_units,
    resampled_areas,
)
from synthgap_cli.ledger.finding import AUC, CHANCE, SMALL_CNN, Finding, interval_of
from synthgap_cli.ledger.pairs import LedgerPair
from synthgap_cli.ledger.rows import LedgerRows, UnitRows
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.statistics.auc import estimate_auc
from synthgap_cli.statistics.halves import halves_by_group

RESAMPLES = 999
LEAST_STEPS = 1_000  # of a training
MOST_EPOCHS = 40  # for that

Sides = tuple[UnitRows, UnitRows]


@dataclass(frozen=True)
class JoinedSets:
    """The images of all sets of a family, one after the other, at one size.

    Attributes
    ----------
    images : ImageSource (N, H, W, 3) uint8
    starts : mapping of ImageSet to int
        The first row of each set.
    """

    images: ImageSource
    starts: Mapping[ImageSet, int]


@dataclass(frozen=True)
class PairScores:
    """What a classifier, trained on other images of a pair, says of its tested images.

    Attributes
    ----------
    pair : LedgerPair
    first, second : (n,) float64
        Higher where more likely of the second set.
    tested : pair of UnitRows
        Which images these are.
    """

    pair: LedgerPair
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    tested: Sides


def epochs_for(num_images: int) -> int:
    """Return how many epochs a classifier of so many images is trained: the thesis' ten, of few images more.

    After 400 steps trainings that differ by their seed alone had areas 0.1 apart (standard deviation), and
    most of what can be learned had not been; after 1,000 they were a third of that apart.
    """
    enough = math.ceil(LEAST_STEPS * ClassifierSettings.batch_size / num_images)
    return min(MOST_EPOCHS, max(ClassifierSettings.epochs, enough))


def score_pair(
    pair: LedgerPair,
    sets: JoinedSets,
    rows: LedgerRows,
    settings: ClassifierSettings,
    *,
    device: torch.device,
    track: Track = untracked,
) -> PairScores:
    """Return the scores of a pair's tested images, by a classifier fitted to its other images.

    Both sides have as many images, in training and in test. Two versions of the same images are both learned
    from and both tested, so what the images show is on both sides alike and cannot be learned.

    Parameters
    ----------
    pair : LedgerPair
    sets : JoinedSets
    rows : LedgerRows
        The same for all pairs; halves of one set have half of them.
    settings : ClassifierSettings
        Its seed is that of the halves, too.
    """
    rng = np.random.default_rng(settings.seed)
    learned, tested = (_sides(pair, of, rng) for of in (rows.learned, rows.tested))
    starts = sets.starts[pair.first], sets.starts[pair.second]
    first, second = (start + side.rows for start, side in zip(starts, learned, strict=True))
    is_second = np.zeros(len(sets.images), dtype=bool)
    is_second[second] = True
    learned_rows, size = np.concatenate([first, second]), int(sets.images.shape[1])
    model, _ = train(
        sets.images, is_second, learned_rows, image_size=size, settings=settings, device=device, track=track
    )
    judged = np.concatenate([start + side.rows for start, side in zip(starts, tested, strict=True)])
    probability = score(model, sets.images, judged, device=device, track=track).probability
    of_first, of_second = np.split(probability, [len(tested[0].rows)])
    return PairScores(pair, of_first, of_second, tested)


def conclude_from(scores: Sequence[PairScores], rows: LedgerRows, *, seed: int) -> list[Finding]:
    """Return the area under the ROC curve of every pair, with its interval and p-value.

    Parameters
    ----------
    scores : sequence of PairScores
    rows : LedgerRows
        Those that were scored.
    seed : int
        Of the resamples, which are of the same images for all pairs.
    """
    rng = np.random.default_rng(seed)
    weights = [resample_units(side.units, resamples=RESAMPLES, rng=rng) for side in rows.tested]
    return [_conclude(one, weights, np.random.default_rng(seed)) for one in scores]


def _sides(pair: LedgerPair, sides: Sides, rng: np.random.Generator) -> Sides:
    """Return the rows of both sides of a pair; of one set, halves that share no unit and are as large."""
    first, second = sides[pair.first.side], sides[pair.second.side]
    if pair.judged != "halves":
        return first, second
    halves = [np.flatnonzero(half) for half in halves_by_group(first.units, repeats=1, rng=rng).T]
    size = min(map(len, halves))
    one, other = (first.select(np.sort(rng.permutation(half)[:size])) for half in halves)
    return one, other


def _conclude(scores: PairScores, weights: list[NDArray[np.float64]], rng: np.random.Generator) -> Finding:
    pair, units = scores.pair, [side.units for side in scores.tested]
    both = scores.first, scores.second
    is_second = np.repeat([False, True], [len(side) for side in both])
    estimate = estimate_auc(is_second, np.concatenate(both), np.concatenate(units))
    low, high = estimate.low, estimate.high
    degrees = min(side.num_units for side in scores.tested) - 1
    areas = np.empty(0)  # of halves none is needed
    if pair.judged != "halves":
        mine = weights[pair.first.side], weights[pair.second.side]
        areas = resampled_areas(*both, mine)
    if pair.judged == "paired":
        low, high = interval_of(AUC, estimate.auc, areas, degrees)
        p_value = p_value_of_swaps(*both, units[0], swaps=RESAMPLES, rng=rng)
    else:
        p_value = p_value_of_area(*both, (units[0], units[1]))
    return Finding(
        pair, SMALL_CNN, AUC, estimate.auc, low, high, CHANCE[AUC], p_value, len(both[0]), areas, degrees
    )
