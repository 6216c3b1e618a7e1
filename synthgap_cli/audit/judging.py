"""How well a few columns tell two sets of images apart, and which of them does it."""

# N images, C columns

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.audit.columns import Column
from synthgap_cli.audit.folds import deal_folds
from synthgap_cli.statistics.auc import AucEstimate, estimate_auc

PERMUTATIONS = 5  # shuffles of a column behind its importance
_DIGITS = 9  # of scores: without, the last bits of folds rank images that a column does not tell apart
_BINS = 255  # of a column
CLOSE = 0.01  # areas that differ by less are taken for equal when the leading column is named


@dataclass(frozen=True)
class ColumnFinding:
    """What one column does.

    Attributes
    ----------
    alone : AucEstimate
        Of a judge that sees this column only.
    importance : float
        By how much the area of the judge that sees all falls when this column is shuffled; near 0 where
        another one says the same.
    """

    column: Column
    alone: AucEstimate
    importance: float


@dataclass(frozen=True)
class Judgement:
    """What all columns do together, and each; ``leading`` is the column that does most alone."""

    auc: AucEstimate
    columns: Sequence[ColumnFinding]

    @property
    def leading(self) -> ColumnFinding:
        """The first column whose area is within 0.01 of the largest."""
        largest = max(found.alone.auc for found in self.columns)
        return next(found for found in self.columns if found.alone.auc >= largest - CLOSE)


def judge_columns(
    columns: Sequence[Column],
    is_candidate: NDArray[np.bool_],
    units: NDArray[np.generic],
    *,
    clustered: bool,
    seed: int,
    track: Track = untracked,
) -> Judgement | None:
    """Return how well the columns tell the sides apart, every image judged by trees that never saw its unit.

    Boosted trees: they take categories and relations that rise and fall, and sides of
    fifty images; both sides weigh the same. Scores are of the fold left out, so that chance gives 0.5, or
    a little less with few units (what the other folds have too much of is missing in this one).

    Parameters
    ----------
    columns : sequence of Column
        C of them, with N values each.
    is_candidate : bool (N,)
    units : (N,)
        What belongs together: scenes, or images.
    clustered : bool
        Whether the units are scenes: intervals then take them, not images, as independent.
    seed : int
        Of the folds and the shuffles.

    Returns
    -------
    Judgement or None
        None where a side has fewer than two units: nothing can be left out.
    """
    rng = np.random.default_rng(seed)
    folds = deal_folds(units, is_candidate, rng=rng)
    if folds.max() == 0:
        return None
    table = np.stack([_binned(column.codes()) for column in columns], axis=1)  # (N, C)
    are_categories = np.array([column.is_category for column in columns])
    groups = units if clustered else None
    together, shuffled = _cross_fit(table, are_categories, is_candidate, folds, rng)
    auc = estimate_auc(is_candidate, together, groups)
    found = []
    for index, column in enumerate(track(columns, "columns one by one", len(columns))):
        alone, _ = _cross_fit(table[:, [index]], are_categories[[index]], is_candidate, folds, None)
        areas = [estimate_auc(is_candidate, scores).auc for scores in shuffled[index]]
        estimate = estimate_auc(is_candidate, alone, groups)
        found.append(ColumnFinding(column, estimate, auc.auc - float(np.mean(areas))))
    return Judgement(auc, found)


def _binned(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return finite values in the same order, no more different ones than trees tell apart.

    Trees see nothing but the order. They find bins themselves too, but where rows are weighted twenty times
    more slowly than they grow.
    """
    if len(np.unique(values)) <= _BINS:
        return values
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1]))
    return np.searchsorted(edges, values, side="right").astype(np.float64)


def _cross_fit(
    table: NDArray[np.float64],
    are_categories: NDArray[np.bool_],
    is_candidate: NDArray[np.bool_],
    folds: NDArray[np.intp],
    rng: np.random.Generator | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the score of each image (N,), and with one column shuffled in its fold (C, PERMUTATIONS, N).

    Without ``rng`` nothing is shuffled, and the second is empty.
    """
    rounds = 0 if rng is None else PERMUTATIONS
    scores = np.zeros(len(table))
    shuffled = np.zeros((table.shape[1], rounds, len(table)))
    varied = np.flatnonzero(np.ptp(table, axis=0))
    for fold in range(int(folds.max()) + 1) if len(varied) else ():
        inside = folds == fold
        trees = _trees(are_categories).fit(table[~inside], is_candidate[~inside])
        scores[inside] = shuffled[:, :, inside] = trees.decision_function(table[inside])
        for column, round_ in product(varied, range(rounds)):
            assert rng is not None
            changed = table[inside]
            changed[:, column] = rng.permutation(changed[:, column])
            shuffled[column, round_, inside] = trees.decision_function(changed)
    return scores.round(_DIGITS), shuffled.round(_DIGITS)


def _trees(are_categories: NDArray[np.bool_]) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=50,
        max_leaf_nodes=8,
        min_samples_leaf=5,
        categorical_features=are_categories,
        max_bins=_BINS,
        class_weight="balanced",
        early_stopping=False,
        random_state=0,
    )
