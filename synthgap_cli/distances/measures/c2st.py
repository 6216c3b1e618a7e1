"""Classifier two-sample test: how well can a classifier tell the two sets apart on rows it has not seen?"""

# N pooled rows, D components, Q inputs, C columns (one draw each), n rows of a fold

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.stats import rankdata

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.devices import CPU, map_batches
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._classifiers import MLP_BATCH, Array, Labels, fit_logistic, fit_mlp
from synthgap_cli.distances.measures._gaussians import fit_normal
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.auc import estimate_auc

NUMBERS = (Number("c2st"),)
PERMUTED = True
JACKKNIFED = False

INPUTS = 64
FOLDS = 4
LEAST_ROWS = 2 * FOLDS  # of either set; of fewer nothing is known
PENALTIES = (1.0, 0.01)
COLUMN_VALUES = 2**22  # rows times columns that are trained at once
MOST_UNITS = 25_600  # rows of a batch times columns: what networks compute then stays in the cache


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator, track: Track = untracked
) -> Measured:
    """Return the area under the ROC curve of a classifier on rows held out; 0.5 is chance.

    Two logistic regressions and a small network see the 64 leading principal components of both sets
    together. Four folds, no scene in two of them: two to learn from, one to choose the classifier by, one
    to score, in turn. Permuted labels go through all of it, choice included, so the p-value is exact.

    The interval is DeLong's (by scene, `estimate_auc`) on the held-out scores, taken as if the classifiers
    were given. They are not: a row that is scored in one fold is learned from in others, and near 0.5
    the interval is too narrow. There the p-value counts.

    References
    ----------
    Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests, arXiv:1610.06545.
    """
    inputs = _whiten(pool)
    folds = _deal_folds(draws.groups, rng)
    seed = int(rng.integers(2**32))
    in_batch = max(1, min(MLP_BATCH, len(inputs) // 2))  # two folds of four are learned from
    at_once = max(1, min(MOST_UNITS // in_batch, COLUMN_VALUES // len(inputs)))
    rounds = math.ceil(len(draws.pairs) / (2 * at_once))
    pieces = np.array_split(draws.pairs, min(2 * rounds, len(draws.pairs)))  # not one processor alone

    def judge(pairs: NDArray[np.intp]) -> tuple[Array, NDArray[np.float64]]:
        labels = _labels(draws, pairs)
        held_out = _cross_fit(inputs, labels, folds, seed)
        return held_out[:, 0], _areas(held_out, labels)

    judged = list(track(map_batches(judge, pieces, device=CPU), "classifiers", len(pieces)))
    areas = np.concatenate([of for _, of in judged])
    areas[draws.sizes[draws.pairs].min(axis=1) < LEAST_ROWS] = np.nan
    used = _labels(draws, draws.pairs[:1])[:, 0]
    rows = np.flatnonzero(used)
    found = estimate_auc(used[rows] > 0, judged[0][0][rows].astype(np.float64), draws.groups[rows])
    return Measured(areas[None], (found.low, found.high))


def _whiten(pool: PooledRows) -> Array:
    """Return the leading principal components (N, Q) of the pool, uncorrelated and of unit variance."""
    fitted = fit_normal(pool, None)
    size = len(fitted.root)
    variances, directions = linalg.eigh(
        fitted.root @ fitted.root.T, subset_by_index=(max(0, size - INPUTS), size - 1)
    )
    kept = np.flatnonzero(variances > 1e-10 * max(variances[-1], 1e-300))[::-1]  # the largest first
    axes = fitted.root.T @ directions[:, kept] / variances[kept]  # (D, Q)
    axes *= np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0))  # or rounding says
    blocks = [((block - fitted.mean) @ axes).astype(np.float32) for block in pool.blocks()]
    return np.concatenate(blocks)


def _deal_folds(groups: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the fold of each row (N,): groups are dealt at random, whichever side they are of."""
    return np.asarray((rng.permutation(groups.max() + 1) % FOLDS)[groups])


def _labels(draws: Draws, pairs: NDArray[np.intp]) -> Labels:
    first, second = pairs.T
    members = draws.members.astype(np.int8)
    return members[:, second] - members[:, first]


def _cross_fit(inputs: Array, labels: Labels, folds: NDArray[np.intp], seed: int) -> Array:
    """Return the held-out scores (N, C), in each fold the ranks divided by their number."""
    scores = np.zeros(labels.shape, dtype=np.float32)
    for fold in range(FOLDS):
        scored = np.flatnonzero(folds == fold)
        chosen_by = np.flatnonzero(folds == (fold + 1) % FOLDS)
        learned = np.flatnonzero((folds != fold) & (folds != (fold + 1) % FOLDS))
        if not min(len(scored), len(chosen_by), len(learned)):
            continue
        fits = [partial(fit_logistic, penalty=penalty) for penalty in PENALTIES]
        fits.append(partial(fit_mlp, rng=np.random.default_rng((seed, fold))))
        models = [fit(inputs[learned], labels[learned]) for fit in fits]
        areas = [_areas(model(inputs[chosen_by]), labels[chosen_by]) for model in models]
        best = np.argmax(np.nan_to_num(areas, nan=0.5), axis=0)  # (C,)
        found = np.stack([model(inputs[scored]) for model in models])  # (models, n, C)
        raw = np.take_along_axis(found, best[None, None], axis=0)[0]
        scores[scored] = _ranks(raw, labels[scored])
    return scores


def _ranks(scores: Array, labels: Labels) -> Array:
    """Return ranks in (0, 1) among the rows that each column uses: folds have no common scale."""
    used = labels != 0
    ranks = (_rank_used(scores, used) - 0.5) / np.maximum(1, used.sum(axis=0))
    return np.where(used, ranks, 0).astype(np.float32)


def _areas(scores: Array, labels: Labels) -> NDArray[np.float64]:
    """Return the area under the ROC curve of each column (C,); NaN where a class is missing."""
    is_second = labels > 0
    num_first, num_second = (labels < 0).sum(axis=0), is_second.sum(axis=0)
    excess = (_rank_used(scores, labels != 0) * is_second).sum(axis=0) - num_second * (num_second + 1) / 2
    pairs = num_first * num_second
    return np.asarray(np.divide(excess, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0))


def _rank_used(scores: Array, used: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the ranks (n, C), from 1, among the rows that each column uses; those of others mean nothing."""
    return np.asarray(rankdata(np.where(used, scores, np.inf), axis=0))
