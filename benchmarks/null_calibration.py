"""Where nothing differs: does each distance stay within its floor, and are p-values uniform?

    python benchmarks/null_calibration.py [--by scene] [--seeds 200] [--features FILE.features.h5] [NAME ...]

One set of rows is cut in two at random, again and again; one half is called real, the other synthetic.
Prints how often each number lay within its floor (wanted: 90 to 99 %), the Kolmogorov-Smirnov test of the
p-values against uniform (wanted: not small), how often the 95 % interval held the value of equal sets,
and the share of components that Student's t-test rejects at 0.05 (wanted where images are independent: 5 %,
within three standard errors). Without FILE the rows are made up: 16 correlated, skewed components, with
--by scene in scenes of five.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator

import h5py
import numpy as np
from scipy import stats

from synthgap_cli.distances.gap import Gap, GapSettings, measure_gap
from synthgap_cli.distances.measure import distance_names
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.halves import halves_by_group
from synthgap_cli.statistics.rows import ArrayRows

EQUAL = {"kid": 0.0, "mmd": 0.0, "energy": 0.0, "c2st": 0.5}  # what an unbiased number is of equal sets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", default=distance_names())
    parser.add_argument("--by", choices=("image", "scene"), default="image")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--rows", type=int, default=240)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--permutations", type=int, default=99)
    parser.add_argument("--features")
    asked = parser.parse_args()
    rows, scenes = read(asked.features) if asked.features else made_up(asked.rows, asked.by)
    found = defaultdict(list)
    rejected = []
    for seed in range(asked.seeds):
        for half, other in halves(rows, scenes, asked.by, seed):
            settings = GapSettings(asked.repeats, asked.permutations, seed)
            groups = (scenes[half], scenes[other]) if asked.by == "scene" else None
            pool = PooledRows(ArrayRows(rows[half]), ArrayRows(rows[other]))
            for gap in measure_gap(pool, groups, asked.names, settings):
                found[gap.number.name].append(gap)
            rejected.append(np.mean(stats.ttest_ind(rows[half], rows[other]).pvalue < 0.05))
    print(f"{asked.seeds} halvings of {len(rows)} rows, {rows.shape[1]} components, by {asked.by}")
    for name, gaps in found.items():
        print(describe(name, gaps))
    error = np.std(rejected, ddof=1) / np.sqrt(len(rejected))
    print(f"{'t-test':20} rejects {np.mean(rejected):.3f} ± {error:.3f} of the components")


def describe(name: str, gaps: list[Gap]) -> str:
    within = np.mean([not gap.beyond_floor for gap in gaps])
    value, half, floor = (
        np.mean([getattr(gap, part) for gap in gaps]) for part in ("value", "at_half", "floor")
    )
    line = f"{name:20} within {within:6.1%}  value {value:8.4g}  at half {half:8.4g}  floor {floor:8.4g}"
    p_values = np.array([gap.p_value for gap in gaps])
    if np.isfinite(p_values).all():
        line += f"  p uniform: {stats.kstest(jittered(p_values), 'uniform').pvalue:.2f}"
        line += f"  p<=.05: {np.mean(p_values <= 0.05):.1%}"
    if name in EQUAL:
        held = np.mean([gap.interval[0] <= EQUAL[name] <= gap.interval[1] for gap in gaps])
        line += f"  interval: {held:.0%}"
    return line


def jittered(p_values: np.ndarray) -> np.ndarray:
    """Spread each p-value over the step below it: uniform if the ranks are."""
    step = np.diff(np.unique(p_values)).min()
    return p_values - step * np.random.default_rng(0).random(len(p_values))


def made_up(num_rows: int, by: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    scenes = np.arange(num_rows) // 5
    mixing = rng.normal(size=(16, 16)) / 4
    own = rng.normal(size=(num_rows, 16))
    shared = rng.normal(size=(num_rows, 16))[scenes] if by == "scene" else 0
    return np.exp((own + shared) @ mixing / 2).astype(np.float32), scenes


def read(path: str) -> tuple[np.ndarray, np.ndarray]:
    with h5py.File(path) as store:
        return store["features"][...], store["samples/group"].asstr()[...]


def halves(
    rows: np.ndarray, scenes: np.ndarray, by: str, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(10_000 + seed)
    units = scenes if by == "scene" else np.arange(len(rows))
    members = halves_by_group(units, repeats=1, rng=rng)
    yield np.flatnonzero(members[:, 0]), np.flatnonzero(members[:, 1])


if __name__ == "__main__":
    main()
