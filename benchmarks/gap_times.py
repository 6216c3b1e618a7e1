"""How long each distance takes a processor with all its floors, permutations and intervals, in memory.

    python benchmarks/gap_times.py [ROWS A SIDE] [COMPONENTS] [NAME ...]

Rows are in scenes of 25, so that floors are drawn by image and by scene: 121 draws of each number, and for
those with a p-value 199 permutations more.
"""

import sys
import time

import numpy as np

from synthgap_cli.distances.gap import measure_gap
from synthgap_cli.distances.measure import distance_names
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.rows import ArrayRows


def main(num_rows: int = 5000, num_components: int = 1280, *names: str) -> None:
    rng = np.random.default_rng(0)
    sides = [rng.standard_normal((num_rows, num_components), dtype=np.float32) for _ in range(2)]
    scenes = np.arange(num_rows) // 25
    pool = PooledRows(*(ArrayRows(side) for side in sides))
    for name in names or distance_names():
        start, began = time.process_time(), time.perf_counter()
        measure_gap(pool, (scenes, scenes), [name])
        used, passed = time.process_time() - start, time.perf_counter() - began
        print(f"{name:20} {used:7.1f} s of processor time, {passed:7.1f} s passed", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]), *sys.argv[3:])
