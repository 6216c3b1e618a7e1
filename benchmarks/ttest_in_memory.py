"""Student's t-test of two float32 tables in memory: SciPy in float64, and ours.

    python benchmarks/ttest_in_memory.py [ROWS] [COMPONENTS]

Also times `compare`, which adds Welch's variant, effect sizes, corrections and, with 20 repeats, the floors.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from scipy import stats

from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.t_test import student_t_test

ROUNDS = 5


def main(num_rows: int = 10_000, num_components: int = 4096) -> None:
    rng = np.random.default_rng(0)
    real = rng.standard_normal((num_rows, num_components), dtype=np.float32)
    synthetic = rng.standard_normal((num_rows, num_components), dtype=np.float32) + np.float32(0.02)
    real64, synthetic64 = real.astype(np.float64), synthetic.astype(np.float64)
    sides = ArrayRows(real), ArrayRows(synthetic)
    groups = np.arange(num_rows) // 50

    def ours() -> np.ndarray:
        return student_t_test(*(stream_moments(side.blocks(None)) for side in sides)).p_value

    difference = np.abs(ours() / stats.ttest_ind(real64, synthetic64).pvalue - 1).max()
    own = best(ours)
    print(f"2 x {num_rows} x {num_components} float32; best of {ROUNDS}; p-values differ by {difference:.0e}")
    report("ours, float64 sums", own, own)
    report("SciPy, cast to float64 before", best(lambda: stats.ttest_ind(real64, synthetic64)), own)
    report(
        "SciPy, cast included",
        best(lambda: stats.ttest_ind(real.astype(float), synthetic.astype(float))),
        own,
    )
    report("SciPy, left in float32", best(lambda: stats.ttest_ind(real, synthetic)), own)
    report("compare, no floors", best(lambda: compare(*sides, repeats=0)), own)
    report("compare, floors by image", best(lambda: compare(*sides)), own)
    both = {"reference_groups": groups, "candidate_groups": groups}
    report("compare, floors by image and group", best(lambda: compare(*sides, **both)), own)


def best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def report(name: str, seconds: float, own: float) -> None:
    print(f"{name:36} {seconds:7.3f} s   {seconds / own:5.1f} times ours")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
