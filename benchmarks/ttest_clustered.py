"""What clustered and plain t-tests reject where nothing differs, as the table of docs/statistics.md.

    python benchmarks/ttest_clustered.py [COMPONENTS]

Rows have variance 1, of which the intra-class correlation lies between scenes; both sides have one
distribution.
"""

import sys
from collections.abc import Callable

import numpy as np
from scipy import special

from synthgap_cli.statistics.clustered_t_test import clustered_t_test, design_effect
from synthgap_cli.statistics.clusters import Sample
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.side import plan_side, read_side
from synthgap_cli.statistics.t_test import percent_rejected, student_t_test

ALPHA = 0.05
CORRELATION = 0.5
ROUNDS = 10  # of other sizes of scenes


def main(num_components: int = 2000) -> None:
    print("| scenes a side | images a scene | plain | clustered, normal | clustered | design effect |")
    print("|---|---|---|---|---|---|")
    for label, sizes in (("12", equal), ("1 to 40, mean 11", unequal)):
        for num_groups in (2, 3, 5, 10, 20, 50):
            rng = np.random.default_rng(num_groups)
            found = [simulate(rng, sizes, num_groups, num_components) for _ in range(ROUNDS)]
            numbers = " | ".join(f"{number:.1f}" for number in np.mean(found, axis=0))
            print(f"| {num_groups} | {label} | {numbers} |")
    error = 100 * np.sqrt(ALPHA * (1 - ALPHA) / (ROUNDS * num_components))
    print(f"\nAlpha {ALPHA:g}, intra-class correlation {CORRELATION:g}; standard error {error:.2f}.")


def simulate(
    rng: np.random.Generator, sizes: Callable[..., np.ndarray], num_groups: int, num_components: int
) -> tuple[float, ...]:
    sides = [side(rng, sizes(rng, num_groups), num_components) for _ in range(2)]
    clustered = clustered_t_test(*sides)
    plain = student_t_test(sides[0].moments, sides[1].moments)
    return (
        percent_rejected(plain.p_value, ALPHA),
        percent_rejected(2 * special.ndtr(-np.abs(clustered.statistic)), ALPHA),
        percent_rejected(clustered.p_value, ALPHA),
        float(np.median(design_effect(*sides))),
    )


def equal(rng: np.random.Generator, num_groups: int) -> np.ndarray:
    return np.full(num_groups, 12)


def unequal(rng: np.random.Generator, num_groups: int) -> np.ndarray:
    return np.clip(np.round(rng.lognormal(2, 0.9, num_groups)), 1, 40).astype(int)


def side(rng: np.random.Generator, sizes: np.ndarray, num_components: int) -> Sample:
    groups = np.repeat(np.arange(len(sizes)), sizes)
    centres = rng.normal(0, np.sqrt(CORRELATION), (len(sizes), num_components))
    rows = ArrayRows(centres[groups] + rng.normal(0, np.sqrt(1 - CORRELATION), (len(groups), num_components)))
    return read_side(plan_side(rows, None, groups, repeats=0, rng=rng), rows.blocks(None)).whole


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
