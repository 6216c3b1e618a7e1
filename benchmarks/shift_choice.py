"""What `auto` takes, and whether it ever does harm: held-out distances before and after it.

    python benchmarks/shift_choice.py            # 50 seeds of every population
    python benchmarks/shift_choice.py equal      # of one

In each study a shift is fitted on 150 rows a side, chosen by 60, and judged on 400 more: by the Fréchet
distance and by the classifier, both less those of the same rows unshifted. In no population the mean over
studies is to be more than two standard errors above zero.
"""

# n rows, D latents

import argparse
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from synthgap_cli.arrays import untracked
from synthgap_cli.distances.draws import plan_draws
from synthgap_cli.distances.measure import load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.shifts.methods import auto
from synthgap_cli.shifts.shift import HeldOut, Setting
from synthgap_cli.statistics.rows import ArrayRows

LATENTS, SEEDS = 16, 50
FITTED, CHOSEN_BY, TESTED = 150, 60, 400


@dataclass(frozen=True)
class Population:
    """Normal rows of variances that fall, turned; apart in two modes where ``apart`` is not zero."""

    mean: float = 0.0
    stretch: float = 1.0
    turned: bool = False
    apart: float = 0.0
    share: float = 0.5

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        fixed = np.random.default_rng(0)
        basis = np.linalg.qr(fixed.standard_normal((2, LATENTS, LATENTS)))[0][int(self.turned)]
        direction = fixed.standard_normal(LATENTS)
        spread = np.arange(1, LATENTS + 1) ** -0.5 * self.stretch
        sign = np.where(rng.random(count) < self.share, 1, -1)[:, None]
        rows = rng.standard_normal((count, LATENTS)) * spread @ basis
        return (rows + self.mean * direction / 4 + sign * self.apart * basis[0]).astype(np.float32)


POPULATIONS = {
    "equal": (Population(), Population()),
    "equal, two modes": (Population(apart=3), Population(apart=3)),
    "mean a little apart": (Population(), Population(mean=0.3)),
    "mean apart": (Population(), Population(mean=2)),
    "spread apart": (Population(), Population(stretch=1.5)),
    "correlations turned": (Population(), Population(mean=1, turned=True)),
    "modes 70:30 to 30:70": (Population(apart=3, share=0.7), Population(mean=1, apart=3, share=0.3)),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("population", nargs="?", choices=POPULATIONS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    asked = parser.parse_args()
    print("| population | Fréchet before | change | classifier before | change | taken |")
    print("|---|---:|---:|---:|---:|---|", flush=True)
    for name in [asked.population] if asked.population else POPULATIONS:
        start = time.perf_counter()
        print(line(name, asked.seeds), f"<!-- {time.perf_counter() - start:.0f} s -->", flush=True)


def line(name: str, seeds: int) -> str:
    """Return a line of the table."""
    studies = [study(*POPULATIONS[name], seed) for seed in range(seeds)]
    cells = []
    for measure in ("fid", "c2st"):
        before, after = (np.array([one[part][measure] for one in studies]) for part in (0, 1))
        change = after - before
        error = change.std(ddof=1) / np.sqrt(seeds)
        cells += [f"{before.mean():.3g}", f"{change.mean():+.3g} ± {error:.2g}"]
    taken = Counter(one[2] for one in studies).most_common()
    return f"| {name} | {' | '.join(cells)} | {', '.join(f'{method} {count}' for method, count in taken)} |"


def study(source: Population, target: Population, seed: int) -> tuple:
    """Return the evidence on test rows before and after the shift that was chosen, and its name."""
    rng = np.random.default_rng(seed)
    sizes = (FITTED, CHOSEN_BY, TESTED)
    learned, chosen_by, tested = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    synthetic, real = source.draw(sum(sizes), rng), target.draw(sum(sizes), rng)
    told = {}
    setting = Setting((LATENTS,), seed, held_out=HeldOut(chosen_by, chosen_by), tell=told.__setitem__)
    sides = ArrayRows(synthetic), ArrayRows(real)
    parameters = auto.fit(*sides, setting=setting, source_rows=learned, target_rows=learned)
    moved = auto.apply(synthetic[tested], parameters)
    before, after = (distances(real[tested], rows, seed) for rows in (synthetic[tested], moved))
    return before, after, told["chosen"]


def distances(real: np.ndarray, synthetic: np.ndarray, seed: int) -> dict[str, float]:
    pool = PooledRows(ArrayRows(real), ArrayRows(synthetic))
    plan = plan_draws(
        (len(real), len(synthetic)), None, repeats=0, permutations=0, jackknife=False, seed=seed
    )
    found = {}
    for name in ("fid", "c2st"):
        rng = np.random.default_rng(seed)
        found[name] = load_distance(name).measure(pool, plan.draws, rng=rng, track=untracked).values[0, 0]
    return found


if __name__ == "__main__":
    main()
