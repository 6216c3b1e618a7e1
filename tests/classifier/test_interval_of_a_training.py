"""What the interval of a trained classifier's area covers: that classifier, not another training.

A cheap version of benchmarks/auc_coverage.py, whose figures are in docs/classify.md.
"""

import numpy as np
import pytest
import torch
from scipy.stats import norm

from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train
from synthgap_cli.statistics.auc import estimate_auc, structural_components

BAYES, SIDE, POPULATION = 0.9, 16, 1500


def draw(count, rng):
    """Grey noise, the second half exposed longer: no classifier has an area above BAYES."""
    spread = np.hypot(8, 32 / np.sqrt(3 * SIDE**2))
    brightness = 128 + rng.normal(0, 8, 2 * count)
    brightness[count:] += spread * norm.ppf(BAYES) * np.sqrt(2)
    noise = rng.normal(0, 32, (2 * count, SIDE, SIDE, 3))
    return (brightness[:, None, None, None] + noise).round().clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def trainings():
    """The scores of a population under four trainings on one set of images."""
    rng, device = np.random.default_rng(0), torch.device("cpu")
    population, learned = draw(POPULATION, rng), draw(100, rng)
    scores = []
    for seed in range(4):
        model, _ = train(
            learned, np.arange(200) >= 100, np.arange(200), image_size=SIDE,
            settings=ClassifierSettings(seed=seed), device=device,
        )  # fmt: skip
        rows = np.arange(2 * POPULATION)
        scores.append(score(model, population, rows, batch_size=500, device=device).probability)
    return scores


def area(scores):
    return structural_components(*np.split(scores, 2))[0].mean()


def test_no_training_beats_the_known_limit(trainings):
    assert all(0.5 < area(scores) < BAYES + 0.02 for scores in trainings)  # two standard errors


def test_the_interval_covers_its_own_training_and_not_another(trainings):
    rng, own, another = np.random.default_rng(1), [], []
    for _ in range(60):
        rows = np.concatenate(
            [rng.integers(0, POPULATION, 100), rng.integers(POPULATION, 2 * POPULATION, 100)]
        )
        for scores in trainings:
            found = estimate_auc(np.arange(200) >= 100, scores[rows])
            own.append(found.low <= area(scores) <= found.high)
            another += [found.low <= area(other) <= found.high for other in trainings if other is not scores]
    assert np.mean(own) > 0.91
    assert np.mean(another) < np.mean(own) - 0.1
