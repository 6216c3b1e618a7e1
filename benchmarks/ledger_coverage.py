"""Does the interval of the share closed hold the share? On sets whose gap is closed by a known part.

    python benchmarks/ledger_coverage.py [--studies 200] [--scenes 24] [--frames 3] [--closed 0.5]

Features are 8 normal components, half of whose variance is by scene. Synthetic rows lie 1.2 standard
deviations off along each axis, shifted ones by a part of that. Printed for every number: the share of the gap
closed on average over studies, how often the 95 % interval held that (*expected*) and the population's share
where that has a closed form (*true*), how wide the interval was, and the verdicts. The area under the ROC
curve is that of normal scores, as a classifier given beforehand would have them.
"""

import argparse
from collections import Counter, defaultdict

import numpy as np
from ledger_false_claims import relabel_only
from scipy.stats import norm

from synthgap_cli.ledger.closing import Closed, close
from synthgap_cli.ledger.cnn import PairScores, conclude_from
from synthgap_cli.ledger.draws import plan_ledger
from synthgap_cli.ledger.pairs import DECODED
from synthgap_cli.ledger.rows import LedgerRows, choose_rows
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.verdicts import decide
from synthgap_cli.ledger.views import judge_view

COMPONENTS, GAP, SCORE_GAP = 8, 1.2, 2.0
SHARED = 0.5  # of the variance, by the images of one scene
BLUR = 0.9  # what the decoder leaves of an image
KEPT = 0.5  # of the variance, by a shift


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--frames", type=int, default=3)
    parser.add_argument("--closed", type=float, default=0.5)
    asked = parser.parse_args()
    found = defaultdict(list)
    for seed in range(asked.studies):
        for one in study(asked, seed):
            found[one.judge, one.statistic].append(one)
    print(f"{asked.studies} studies of {asked.scenes} scenes of {asked.frames}, closed by {asked.closed:g}")
    print(f"{'':22}{'mean share':>11}{'expected':>10}{'true':>8}{'width':>8}  verdicts")
    for (judge, statistic), mine in found.items():
        print(f"{judge + ' ' + statistic:22}" + describe(mine, truth(statistic, asked.closed)))


def study(asked: argparse.Namespace, seed: int) -> list[Closed]:
    """Return what one study finds: of a view by features, and of a judge by scores."""
    rng = np.random.default_rng(seed)
    scenes = np.repeat(np.arange(asked.scenes), asked.frames)
    rows = rows_of(scenes, seed)
    features = draw(scenes, asked.closed, rng)
    plan = relabel_only(("R'/S'", "R'/T"), plan_ledger(DECODED, rows, repeats=20, permutations=19, seed=seed))
    view = judge_view("view", features, plan, DECODED.pairs, by_scene=rows.by_scene, seed=seed)
    scores = conclude_from(score(rows, scenes, asked.closed, rng), rows, seed=seed)
    return [*close(decide(view)), *close(decide(scores))]


def rows_of(scenes: np.ndarray, seed: int) -> LedgerRows:
    learned = np.arange(2 * len(scenes)) >= len(scenes)  # as many images to learn from, not looked at
    twice = np.concatenate([scenes, -1 - scenes])
    return choose_rows((learned, learned), (~learned, ~learned), (twice, twice), seed=seed)


def draw(scenes: np.ndarray, closed: float, rng: np.random.Generator) -> dict[ImageSet, np.ndarray]:
    real, synthetic = (in_scenes(scenes, COMPONENTS, rng) for _ in range(2))
    decoded = [BLUR * side + 0.1 * rng.normal(size=side.shape) for side in (real, synthetic)]
    anew = BLUR * in_scenes(scenes, COMPONENTS, rng) + 0.1 * rng.normal(size=real.shape)
    moved = np.sqrt(KEPT) * decoded[1] + np.sqrt(1 - KEPT) * anew
    drawn = (
        real,
        synthetic + GAP,
        decoded[0],
        decoded[1] + GAP * BLUR,
        moved + GAP * BLUR * (1 - closed),
    )
    return dict(zip(DECODED.sets, drawn, strict=True))


def in_scenes(scenes: np.ndarray, components: int, rng: np.random.Generator) -> np.ndarray:
    shared = rng.normal(size=(scenes.max() + 1, components))[scenes]
    own = rng.normal(size=(len(scenes), components))
    return np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own


def score(rows: LedgerRows, scenes: np.ndarray, closed: float, rng: np.random.Generator) -> list[PairScores]:
    """Return normal scores of every pair; two classifiers agree on an image in half of the variance."""
    images = [in_scenes(scenes, 1, rng)[:, 0] for _ in range(2)]
    gaps = {"R/S": SCORE_GAP, "R'/S'": SCORE_GAP, "R'/T": SCORE_GAP * (1 - closed)}
    found = []
    for pair in DECODED.pairs:
        sides = [
            np.sqrt(0.5) * images[of.side] + np.sqrt(0.5) * in_scenes(scenes, 1, rng)[:, 0]
            for of in (pair.first, pair.second)
        ]
        tested = tuple(rows.tested[of.side] for of in (pair.first, pair.second))
        found.append(PairScores(pair, sides[0], sides[1] + gaps.get(pair.name, 0), tested))
    return found


def truth(statistic: str, closed: float) -> float:
    """Return the share of the population's gap that is closed, or NaN where it has no closed form."""
    if statistic == "fid":  # the mean alone differs
        return 1 - (1 - closed) ** 2
    if statistic == "auc":
        areas = norm.cdf(np.array([1, 1 - closed]) * SCORE_GAP / np.sqrt(2)) - 0.5
        return float(1 - areas[1] / areas[0])
    return np.nan


def describe(found: list[Closed], truth: float) -> str:
    shares = np.array([one.closed for one in found])
    low, high = (np.array([getattr(one, end) for one in found]) for end in ("low", "high"))
    able = np.isfinite(shares)
    expected = shares[able].mean()
    holds = [
        np.mean((low[able] <= value) & (value <= high[able])) if np.isfinite(value) else np.nan
        for value in (expected, truth)
    ]
    verdicts = ", ".join(f"{count} {name}" for name, count in Counter(one.verdict for one in found).items())
    width = np.median((high - low)[able])
    return f"{expected:11.3f}{holds[0]:10.1%}{holds[1]:8.1%}{width:8.3f}  {verdicts}"


if __name__ == "__main__":
    main()
