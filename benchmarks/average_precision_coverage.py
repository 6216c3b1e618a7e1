"""How often the 95 % interval of the average precision covers the truth.

    python benchmarks/average_precision_coverage.py

Scores are Gaussian in both classes; the true value is that of a large sample with the same base rate. Then
scenes whose images are correlated, taken as scenes and, wrongly, as independent images.
"""

# m real and n synthetic images

import numpy as np
from scipy.stats import norm

from synthgap_cli.classifier.average_precision import (
    AveragePrecision,
    estimate_average_precision,
    weighted_average_precision,
)

REPEATS, RESAMPLES, POPULATION = 400, 300, 200_000
CASES = (
    (40, 60, 0.5),
    (40, 60, 0.8),
    (40, 60, 0.99),
    (40, 60, 0.999),
    (300, 60, 0.8),
    (20, 20, 0.9),
    (300, 300, 0.95),
)


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"{REPEATS} samples each; standard error of a coverage about 1 %\n")
    print(f"{'real + synthetic':>17}{'ROC-AUC':>9}{'truth':>8}{'covered':>9}{'width':>8}")
    for m, n, auc in CASES:
        truth = average_precision(m, n, auc, rng)
        found = [estimate(*draw(m, n, auc, rng), None, rng) for _ in range(REPEATS)]
        covered = np.mean([one.low <= truth <= one.high for one in found])
        width = np.mean([one.high - one.low for one in found])
        print(f"{m:>11} + {n:<3}{auc:>9}{truth:>8.3f}{covered:>9.1%}{width:>8.3f}")
    print(f"\n{'scenes x images':>17}{'correlation':>13}{'by scene':>10}{'as independent':>16}")
    for scenes, frames, correlation in ((20, 10, 0.5), (12, 5, 0.3), (4, 20, 0.5)):
        report_scenes(scenes, frames, correlation, rng)


def report_scenes(scenes: int, frames: int, correlation: float, rng: np.random.Generator) -> None:
    scene_of = np.repeat(np.arange(scenes), frames)
    count, covered = len(scene_of), np.zeros(2)
    truth = average_precision(count, count, 0.8, rng)
    for _ in range(REPEATS):
        is_synthetic, score = draw(count, count, 0.8, rng, spread=np.sqrt(1 - correlation))
        for side in (False, True):
            score[is_synthetic == side] += np.sqrt(correlation) * rng.normal(size=scenes)[scene_of]
        for index, groups in enumerate((np.tile(scene_of, 2), None)):
            found = estimate(is_synthetic, score, groups, rng)
            covered[index] += found.low <= truth <= found.high
    by_scene, independent = covered / REPEATS
    print(f"{scenes:>11} x {frames:<3}{correlation:>13}{by_scene:>10.1%}{independent:>16.1%}")


def draw(
    m: int, n: int, auc: float, rng: np.random.Generator, *, spread: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    is_synthetic = np.repeat([False, True], [m, n])
    return is_synthetic, rng.normal(0, spread, m + n) + is_synthetic * norm.ppf(auc) * np.sqrt(2)


def estimate(
    is_synthetic: np.ndarray, score: np.ndarray, groups: np.ndarray | None, rng: np.random.Generator
) -> AveragePrecision:
    return estimate_average_precision(is_synthetic, score, groups, rng=rng, resamples=RESAMPLES)


def average_precision(m: int, n: int, auc: float, rng: np.random.Generator) -> float:
    """Return what a sample without end has at this base rate."""
    is_synthetic, score = draw(POPULATION, POPULATION, auc, rng)
    weights = np.where(is_synthetic, n, m)[None].astype(float)
    return float(weighted_average_precision(is_synthetic, score, weights)[0])


if __name__ == "__main__":
    main()
