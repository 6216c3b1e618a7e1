"""T-tests of every component between subsets of the pooled rows, as the thesis measures a difference."""

# N pooled rows, D components, S subsets, K draws

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.devices import CPU, map_batches
from synthgap_cli.distances.draws import Draws
from synthgap_cli.statistics.clustered_t_test import clustered_t_test
from synthgap_cli.statistics.clusters import Sample
from synthgap_cli.statistics.conclusion import ALPHA
from synthgap_cli.statistics.effect_size import cohens_d, summarise_effects
from synthgap_cli.statistics.rows import Rows
from synthgap_cli.statistics.side import plan_side, read_side
from synthgap_cli.statistics.t_test import percent_rejected, student_t_test

NAMES = ("rejected", "median_d")


def measure_components(
    pool: Rows, draws: Draws, *, clustered: bool, track: Track = untracked
) -> NDArray[np.float64]:
    """Return the percentage of components rejected at 0.05, and the median of ``|Cohen's d|``, (2, K).

    Parameters
    ----------
    pool : Rows
        ``(N, D)``.
    draws : Draws
        Each subset of two rows or more.
    clustered : bool
        Whether the draws' groups, not rows, are taken for independent. Of a half that is one group alone
        the percentage is NaN.

    References
    ----------
    Thesis, section 1c and notes 6 and 10.
    """
    read = partial(_read, pool, draws, clustered=clustered)
    numbers = range(draws.members.shape[1])
    samples = list(track(map_batches(read, numbers, device=CPU), "t-tests", len(numbers)))
    found = [_compare(samples[first], samples[second]) for first, second in draws.pairs]
    return np.array(found).T


def _read(pool: Rows, draws: Draws, subset: int, *, clustered: bool) -> Sample:
    rows = draws.rows(subset)
    plan = plan_side(pool, rows, draws.groups if clustered else None, repeats=0, rng=np.random.default_rng(0))
    return read_side(plan, pool.blocks(rows)).whole


def _compare(first: Sample, second: Sample) -> tuple[float, float]:
    """Return both numbers; where one scene is all there is of a half, nothing is known of its error."""
    moments = first.moments, second.moments
    median = summarise_effects(cohens_d(*moments)).median
    if first.mean_error is None or second.mean_error is None:
        return percent_rejected(student_t_test(*moments).p_value, ALPHA), median
    if min(first.mean_error.num_groups, second.mean_error.num_groups) < 2:
        return float("nan"), median
    return percent_rejected(clustered_t_test(first, second).p_value, ALPHA), median
