"""`synthgap ttest` of stores that need not fit into memory, and h5py with SciPy in float64.

    python benchmarks/ttest_larger_than_memory.py [--gigabytes 4] [--repeats 20] [--peer-gigabytes 1]

Writes two feature stores into a temporary directory, which is removed at the end. Each side is then a
process of its own, started twice, so that its peak memory and its time hold the interpreter and its imports;
the better time counts. SciPy gets as many columns at once as make 1 GiB of float64 on both sides together
(``--peer-gigabytes``), since whole tables would take twice their size and more; each block of columns reads
all chunks anew.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from synthgap_cli.stages.run import Run
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store

COMPONENTS, ROWS_A_SCENE, BLOCK = 4096, 50, 1000
ROUNDS = 2

SCIPY = """
import sys
import h5py
import numpy as np
from scipy import stats

real, synthetic = (h5py.File(name)["features"] for name in sys.argv[2:])
at_once = max(1, int(float(sys.argv[1]) * 2**30) // (8 * (len(real) + len(synthetic))))
rejected = 0
for start in range(0, real.shape[1], at_once):
    sides = [side[:, start : start + at_once].astype(np.float64) for side in (real, synthetic)]
    rejected += int((stats.ttest_ind(*sides).pvalue <= 0.05).sum())
print(f"SciPy: {at_once} columns at once, {100 * rejected / real.shape[1]:.1f} % rejected", file=sys.stderr)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=4, help="of both stores together")
    parser.add_argument("--repeats", type=int, default=20, help="halvings behind the floors")
    parser.add_argument("--peer-gigabytes", type=float, default=1, help="of float64 that SciPy gets at once")
    asked = parser.parse_args()
    num_rows = int(asked.gigabytes * 1e9 / 2 / 4 / COMPONENTS)
    with tempfile.TemporaryDirectory() as directory:
        sides = [
            write(Path(directory), domain, role, num_rows, seed)
            for seed, (domain, role) in enumerate((("real", "reference"), ("synthetic", "candidate")))
        ]
        size = sum(side.stat().st_size for side in sides) / 1e9
        print(f"2 x {num_rows} x {COMPONENTS} float32, {size:.2f} GB")
        repeats = str(asked.repeats)
        ours = [sys.executable, "-m", "synthgap_cli", "ttest", *map(str, sides), "-o", directory, "--force"]
        seconds, memory = best([*ours, "--repeats", repeats, "-q"])
        peer = [sys.executable, "-c", SCIPY, str(asked.peer_gigabytes), *map(str, sides)]
        peer_seconds, peer_memory = best(peer)
    print(f"synthgap ttest, {repeats} repeats  {seconds:7.1f} s  {memory:6.0f} MB")
    print(f"h5py and SciPy           {peer_seconds:7.1f} s  {peer_memory:6.0f} MB")
    print(f"ratio                    {peer_seconds / seconds:7.2f}    {peer_memory / memory:6.2f}")


def write(directory: Path, domain: str, role: str, num_rows: int, seed: int) -> Path:
    """Write a store of scenes that share a tenth of their variance."""
    rng = np.random.default_rng(seed)
    path = directory / f"{domain}.noise.features.h5"
    header = Header(
        Kind.FEATURES, Run().provenance(Recipe("benchmark", {}, ()), []), domain, role, ("noise",), ("noise",)
    )
    names = np.array([f"{row // ROWS_A_SCENE}/{row % ROWS_A_SCENE}" for row in range(num_rows)], dtype=object)
    groups = np.array([name.partition("/")[0] for name in names], dtype=object)
    everywhere = {"split": "test", "source": domain}
    columns = {name: np.full(num_rows, value, dtype=object) for name, value in everywhere.items()}
    with create_store(path, header) as store:
        features = store.rows("features", (COMPONENTS,), "float32")
        for start in range(0, num_rows, BLOCK):
            block = rng.standard_normal((min(BLOCK, num_rows - start), COMPONENTS), dtype=np.float32)
            scenes = rng.standard_normal((BLOCK // ROWS_A_SCENE, COMPONENTS), dtype=np.float32) / 3
            features.append(block + np.repeat(scenes, ROWS_A_SCENE, axis=0)[: len(block)])
        store.samples(Samples({"id": names, "group": groups, **columns}))
    return path


def best(line: list[str]) -> tuple[float, float]:
    """Return seconds and peak megabytes of a process, the fastest of some."""
    runs = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        process = os.posix_spawn(line[0], line, os.environ)
        _, status, usage = os.wait4(process, 0)
        assert os.waitstatus_to_exitcode(status) == 0, line
        runs.append((time.perf_counter() - start, usage.ru_maxrss / 1000))
    return min(runs)


if __name__ == "__main__":
    main()
