"""Does the agreement of the kinds that `modes` finds tell how many of them are right?

    python benchmarks/kind_agreement.py real.resvae-16.latents.h5 synthetic.resvae-16.latents.h5
    python benchmarks/kind_agreement.py ... --kinds 10 --seed 3     # of ten labels, drawn
    python benchmarks/kind_agreement.py ... --noise 2             # standard deviations, on both sides
    python benchmarks/kind_agreement.py ... --few 20              # rows of a kind a side
    python benchmarks/kind_agreement.py ... --thinned 1           # odd (0: even) synthetic kinds to a third

Rows are those of train. Real labels are only looked at to count what is right: by one fit, and as voted on.
"""

# n rows of a side, Z latents

import argparse
from pathlib import Path

import numpy as np

from synthgap_cli.shifts.agreement import agreed_labels
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.shifts.subspace import fit_subspace
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind

Side = tuple[np.ndarray, np.ndarray]  # latents (n, Z), labels (n,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("stores", nargs=2, type=Path, help="latents stores: real, synthetic")
    parser.add_argument("--kinds", type=int)
    parser.add_argument("--noise", type=float, default=0)
    parser.add_argument("--few", type=int)
    parser.add_argument("--thinned", type=int, choices=(0, 1))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    rng = np.random.default_rng(asked.seed)
    real, synthetic = map(read, asked.stores)
    labels, counts = np.unique(real[1], return_counts=True)
    labels = np.intersect1d(labels[counts >= 10] if asked.kinds else labels, synthetic[1])
    labels = np.sort(rng.choice(labels, asked.kinds, replace=False)) if asked.kinds else labels
    rest = np.unique(synthetic[1]) if not asked.kinds else labels  # a kind may be of one side alone
    spread = synthetic[0].std(axis=0) * asked.noise
    (target, truth), (source, kinds) = (
        noisy(take(side, rest, asked.few, rng), spread, rng) for side in (real, synthetic)
    )
    if asked.thinned is not None:
        source, kinds = thinned(source, kinds, asked.thinned)
    conclude(source, kinds, target, truth, len(rest), asked.seed)


def read(path: Path) -> Side:
    with open_store(path, Kind.LATENTS) as store:
        samples = store.samples()
        rows = samples.rows_in(("train",))
        latents = np.asarray(store.dataset("mean"))[rows]
        return latents.reshape(len(rows), -1), np.asarray(samples["label"][rows]).astype(str)


def take(side: Side, labels: np.ndarray, few: int | None, rng: np.random.Generator) -> Side:
    """Return rows of these labels, at most so many of each, with labels as numbers."""
    order = rng.permutation(len(side[1]))
    rows = np.concatenate([order[side[1][order] == label][:few] for label in labels])
    return side[0][rows], np.searchsorted(labels, side[1][rows])


def noisy(side: Side, spread: np.ndarray, rng: np.random.Generator) -> Side:
    return (side[0] + spread * rng.normal(size=side[0].shape)).astype(np.float32), side[1]


def thinned(latents: np.ndarray, kinds: np.ndarray, which: int) -> Side:
    order = np.argsort(kinds, kind="stable")
    rank = np.arange(len(kinds)) - np.searchsorted(kinds[order], kinds[order])  # within the kind
    kept = order[(kinds[order] % 2 != which) | (rank < np.bincount(kinds)[kinds[order]] / 3)]
    return latents[kept], kinds[kept]


def conclude(
    source: np.ndarray, kinds: np.ndarray, target: np.ndarray, truth: np.ndarray, num_kinds: int, seed: int
) -> None:
    rows = ArrayRows(source), ArrayRows(target)
    setting = Setting((source.shape[1],))
    subspace = fit_subspace(*rows, setting=setting, source_rows=None, target_rows=None)
    starts, aims = subspace.read_source(rows[0], None), subspace.read_target(rows[1], None)
    found = agreed_labels(starts, kinds, aims, num_kinds, seed=seed)
    print(
        f"{num_kinds} kinds, {len(kinds)} and {len(truth)} rows: right by one fit "
        f"{np.mean(found.by_all.kinds == truth):.3f}, as voted on {np.mean(found.kinds == truth):.3f}; "
        f"stability {found.stability:.3f}, way back {found.way_back:.3f}, agreement {found.agreement:.3f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
