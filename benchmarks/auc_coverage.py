"""What the interval of the small classifier's ROC-AUC covers, and what it does not.

    python benchmarks/auc_coverage.py [IMAGES_TO_LEARN_FROM] [IMAGES_TO_TEST_ON]

Images of 16 x 16 pixels are grey noise of varying exposure; the synthetic ones are exposed longer. Their mean
brightness is all that tells them apart, so no classifier can have an area above Phi(d / sqrt 2) = 0.9. The
population is a large sample: every area is known exactly. Intervals are then made from small test sets of it,
for twenty trainings from other seeds on one training set, and for twenty on training sets of their own.
"""

# T trainings, R test sets, P images a class in the population

import sys
import time

import numpy as np
import torch
from scipy.stats import norm

from synthgap_cli.classifier.scoring import score
from synthgap_cli.classifier.training import ClassifierSettings, train
from synthgap_cli.statistics.auc import estimate_auc, structural_components

SIDE, GREY, NOISE, EXPOSURE = 16, 128, 32, 8  # pixels, then grey levels
BAYES = 0.9
TRAININGS, TEST_SETS, POPULATION = 20, 500, 10_000
CPU = torch.device("cpu")


def main(num_learned: int = 400, num_tested: int = 200) -> None:
    start = time.perf_counter()
    rng = np.random.default_rng(0)
    population = draw(POPULATION, rng)
    learned = draw(num_learned // 2, rng)
    print(
        f"Bayes AUC {BAYES}; {num_learned} images to learn from, {num_tested} to test on, half of each class"
    )
    print(f"{TRAININGS} trainings, {TEST_SETS} test sets\n")
    print(f"{'trainings differ in':<32}{'AUC':>14}  {'own AUC':>8}{'AUC of another':>16}{'Bayes AUC':>11}")
    same = [learn(learned, seed, population) for seed in range(TRAININGS)]
    covered = report("seed", same, num_tested)
    other = [learn(draw(num_learned // 2, rng), seed, population) for seed in range(TRAININGS)]
    report("seed and images to learn from", other, num_tested)
    counts = covered.sum(axis=0)  # (R,): how many of the trainings one test set's intervals cover
    print(f"\none split, {TRAININGS} seeds: {counts.mean():.1f} intervals cover their own AUC on average;")
    for least in (20, 17, 10):
        print(f"  {least:>2} or more in {np.mean(counts >= least):.0%} of the splits")
    print(f"{time.perf_counter() - start:.0f} s")


def draw(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` real, then as many synthetic images, uint8 (2 count, 16, 16, 3)."""
    spread = np.hypot(EXPOSURE, NOISE / np.sqrt(3 * SIDE**2))  # of an image's mean brightness
    brightness = GREY + rng.normal(0, EXPOSURE, 2 * count)
    brightness[count:] += spread * norm.ppf(BAYES) * np.sqrt(2)
    levels = brightness[:, None, None, None] + rng.normal(0, NOISE, (2 * count, SIDE, SIDE, 3))
    return levels.round().clip(0, 255).astype(np.uint8)


def learn(images: np.ndarray, seed: int, population: np.ndarray) -> np.ndarray:
    """Return the population's scores (2 P,) under a classifier that learned from the images."""
    model, _ = train(
        images,
        halves(images),
        np.arange(len(images)),
        image_size=SIDE,
        settings=ClassifierSettings(seed=seed),
        device=CPU,
    )
    return score(model, population, np.arange(len(population)), batch_size=1000, device=CPU).probability


def report(name: str, scores: list[np.ndarray], num_tested: int) -> np.ndarray:
    """Print how often intervals cover three areas; return whether they cover their own, bool (T, R)."""
    rng = np.random.default_rng(1)
    areas = np.array([structural_components(*np.split(one, 2))[0].mean() for one in scores])  # (T,)
    half = num_tested // 2
    ends = np.empty((2, len(scores), TEST_SETS))
    for repeat in range(TEST_SETS):
        rows = np.concatenate(
            [rng.integers(0, POPULATION, half), rng.integers(POPULATION, 2 * POPULATION, half)]
        )
        for index, one in enumerate(scores):
            found = estimate_auc(halves(rows), one[rows])
            ends[:, index, repeat] = found.low, found.high
    own = covers(ends, areas[:, None])
    of_another = np.mean([covers(ends, np.roll(areas, step)[:, None]) for step in range(1, len(areas))])
    span = f"{areas.min():.3f}–{areas.max():.3f}"
    print(f"{name:<32}{span:>14}  {own.mean():>8.1%}{of_another:>16.1%}{covers(ends, BAYES).mean():>11.1%}")
    return own


def covers(ends: np.ndarray, value: np.ndarray | float) -> np.ndarray:
    return (ends[0] <= value) & (value <= ends[1])


def halves(images: np.ndarray) -> np.ndarray:
    return np.arange(len(images)) >= len(images) // 2


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
