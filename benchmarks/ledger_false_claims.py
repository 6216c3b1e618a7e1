"""Where there is no gap: how often does a ledger claim one?

    python benchmarks/ledger_false_claims.py [--seeds 200] [--scenes 24] [--frames 3] [--epochs 3]

Made-up images of 16 pixels in scenes, whose frames share colours and shapes; half of the scenes are called
real, the other half synthetic. Decoding blurs both, and the shift adds noise to the decoded synthetic ones
alone, and translating to the synthetic ones, that no judge can see. Judges are the small CNN, edges and
pixels; half of the scenes of each side are learned from. Prints how often any judge claims a gap of each
pair (wanted: at most 0.05 and three binomial standard errors), each judge's own rate at p <= 0.05, and how
often the ledger told of a share closed although there was nothing to close.
"""

import argparse
from collections import defaultdict
from dataclasses import replace

import numpy as np
import torch
from scipy.ndimage import uniform_filter, zoom

from synthgap_cli.classifier.training import ClassifierSettings
from synthgap_cli.ledger.closing import close, headline
from synthgap_cli.ledger.cnn import JoinedSets, conclude_from, score_pair
from synthgap_cli.ledger.draws import Comparisons, LedgerPlan, plan_ledger
from synthgap_cli.ledger.edges import edges
from synthgap_cli.ledger.pairs import FAMILIES, pairs_told
from synthgap_cli.ledger.pixels import pixels
from synthgap_cli.ledger.rows import LedgerRows, choose_rows
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.verdicts import Entry, decide
from synthgap_cli.ledger.views import judge_view

SIDE, GRAIN = 16, 4  # pixels
REPEATS, PERMUTATIONS = 6, 59  # at least, for a floor and for Holm
VIEWS = {"edges": edges, "pixels": pixels}
CLAIMS = ("R/S", "R/U", "R'/S'", "R'/T")
FLOORS = ("R1/R2", "R'1/R'2")
TOLD = [
    (family, [pair for pair in pairs if pair.name in (*CLAIMS, *FLOORS)])
    for family, pairs in pairs_told(FAMILIES)
]
LEVEL = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--scenes", type=int, default=24, help="of each side")
    parser.add_argument("--frames", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    asked = parser.parse_args()
    claims, p_values, shares = defaultdict(list), defaultdict(list), []
    for seed in range(asked.seeds):
        entries = judge(asked.scenes, asked.frames, asked.epochs, seed)
        for pair in CLAIMS:
            mine = [one for one in entries if one.finding.pair.name == pair]
            claims[pair].append(any(one.verdict == "gap" for one in mine))
            for one in mine:
                if np.isfinite(one.finding.p_value):
                    p_values[pair, one.finding.judge].append(one.finding.p_value)
        shares.append(headline(close(entries)) is not None)
    report(asked.seeds, claims, p_values, shares)


def judge(scenes: int, frames: int, epochs: int, seed: int) -> list[Entry]:
    """Return what every judge says of sets between which nothing differs."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(2 * scenes), frames)
    images = draw(groups, rng)
    sides = images[groups < scenes], images[groups >= scenes]
    decoded = [blur(side) for side in sides]
    shifted, translated = (
        (of + rng.integers(-1, 2, of.shape)).clip(0, 255).astype(np.uint8) for of in (decoded[1], sides[1])
    )
    sets = dict(zip(ImageSet, (*sides, *decoded, shifted, translated), strict=True))
    rows = rows_of(groups[groups < scenes], groups[groups >= scenes], seed)
    settings = ClassifierSettings(epochs=epochs, seed=seed, learning_rate=1e-3)
    starts = [0, *np.cumsum([len(one) for one in sets.values()])[:-1].tolist()]
    joined = JoinedSets(np.concatenate(list(sets.values())), dict(zip(sets, starts, strict=True)))
    scores = [
        score_pair(pair, joined, rows, settings, device=torch.device("cpu"))
        for _, pairs in TOLD
        for pair in pairs
    ]
    findings = conclude_from(scores, rows, seed=seed)
    for family, pairs in TOLD:
        plan = plan_ledger(family, rows, repeats=REPEATS, permutations=PERMUTATIONS, seed=seed)
        plan = relabel_only(CLAIMS, plan)
        for name, describe in VIEWS.items():
            tested = {of: describe(sets[of][rows.tested[of.side].rows]) for of in family.sets}
            findings += judge_view(name, tested, plan, pairs, by_scene=rows.by_scene, seed=seed)
    return decide(findings)


def relabel_only(pairs: tuple[str, ...], plan: LedgerPlan) -> LedgerPlan:
    """Return the plan without the relabellings of other pairs, which take their time."""
    return replace(plan, originals=_only(pairs, plan.originals), shifted=_only(pairs, plan.shifted))


def _only(pairs: tuple[str, ...], compared: Comparisons) -> Comparisons:
    kept = np.isin(compared.tested, pairs)
    per_pair = len(compared.tests.pairs) // len(compared.tested)
    members = compared.tests.members[:, np.repeat(kept, 2 * per_pair)]
    draws = replace(compared.tests, members=members, pairs=compared.tests.pairs[: kept.sum() * per_pair])
    return replace(compared, tests=draws, tested=tuple(np.array(compared.tested)[kept].tolist()))


def rows_of(real: np.ndarray, synthetic: np.ndarray, seed: int) -> LedgerRows:
    """Return rows of which every other scene is tested."""
    tested = real % 2 == 0, synthetic % 2 == 0
    return choose_rows((~tested[0], ~tested[1]), tested, (real, synthetic), seed=seed)


def draw(groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return images (N, 16, 16, 3): a scene's colours and shapes, and as much of the frame's own."""
    coarse = SIDE // GRAIN
    scene = rng.normal(0, 25, (groups.max() + 1, coarse, coarse, 3))[groups]
    own = rng.normal(0, 25, (len(groups), coarse, coarse, 3))
    levels = zoom(128 + scene + own, (1, GRAIN, GRAIN, 1), order=1)
    return (levels + rng.normal(0, 4, levels.shape)).clip(0, 255).astype(np.uint8)


def blur(images: np.ndarray) -> np.ndarray:
    return uniform_filter(images, size=(1, 2, 2, 1))


def report(seeds: int, claims: dict, p_values: dict, shares: list[bool]) -> None:
    most = LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / seeds)
    print(f"{seeds} seeds; a rate is in order up to {most:.1%}")
    for pair, claimed in claims.items():
        own = "  ".join(
            f"{name} {np.mean(np.array(values) <= LEVEL):.1%}"
            for (of, name), values in p_values.items()
            if of == pair
        )
        print(f"{pair:7} any judge {np.mean(claimed):6.1%}   p <= {LEVEL}: {own}")
    print(f"a share of the gap was told in {np.mean(shares):.1%}")


if __name__ == "__main__":
    main()
