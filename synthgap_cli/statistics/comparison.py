"""Two tables compared component by component, with the floors beside the result."""

# N rows, D components

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.statistics.corrections import CORRECTIONS
from synthgap_cli.statistics.effect_size import (
    EffectSizes,
    cohens_d,
    smallest_detectable_difference,
    summarise_effects,
)
from synthgap_cli.statistics.floors import RepeatedPercent, Side, between_halves, read_side, within
from synthgap_cli.statistics.moments import Moments
from synthgap_cli.statistics.rows import Rows, require_same_components
from synthgap_cli.statistics.t_test import (
    TWO_SAMPLE_TESTS,
    TestName,
    TTest,
    dead_components,
    percent_rejected,
)

ALPHA = 0.05
REPEATS = 20


@dataclass(frozen=True)
class Comparison:
    """What a comparison found. Percentages are of live components: not constant on both sides.

    Attributes
    ----------
    test, alpha
        Which test, at which level.
    reference, candidate : Moments
        Of all rows compared.
    reference_groups, candidate_groups : int or None
        How many groups they come from, where known.
    outcome : TTest
        Of the chosen test; ``statistic`` is positive where the reference exceeds the candidate.
    adjusted : dict of (D,) float64
        The p-values by correction.
    effect_size : (D,) float64
        Cohen's d, signed like the statistic.
    effects : EffectSizes
        Its summary.
    dead_equal, dead_different : int
        Components constant on both sides, at one value or at two.
    percent_by_test : dict of float
        Percentage rejected, uncorrected, by each test; the chosen one's is `percent`.
    percent_expected : float
        What a true null would give; NaN if unknown.
    percent_at_half : RepeatedPercent
        Half of the reference against half of the candidate: to be held against the floors.
    reference_by_image, reference_by_group, candidate_by_image, candidate_by_group : RepeatedPercent
        The floors: half against half of one side, cut between images or between groups.
    smallest_detectable : float
        The Cohen d that the test finds in a component four times out of five, rows being independent.
    """

    test: TestName
    alpha: float
    reference: Moments
    candidate: Moments
    reference_groups: int | None
    candidate_groups: int | None
    outcome: TTest
    adjusted: dict[str, NDArray[np.float64]]
    effect_size: NDArray[np.float64]
    effects: EffectSizes
    dead_equal: int
    dead_different: int
    percent_by_test: dict[TestName, float]
    percent_expected: float
    percent_at_half: RepeatedPercent
    reference_by_image: RepeatedPercent
    reference_by_group: RepeatedPercent
    candidate_by_image: RepeatedPercent
    candidate_by_group: RepeatedPercent
    smallest_detectable: float

    @property
    def live(self) -> int:
        """How many components vary on at least one side."""
        return len(self.effect_size) - self.dead_equal - self.dead_different

    @property
    def percent(self) -> float:
        """The thesis' measure: the percentage rejected, uncorrected."""
        return self.percent_by_test[self.test]

    @property
    def percent_by_correction(self) -> dict[str, float]:
        """The percentage still rejected after each correction."""
        return {name: percent_rejected(p_value, self.alpha) for name, p_value in self.adjusted.items()}


def compare(
    reference: Rows,
    candidate: Rows,
    *,
    reference_rows: NDArray[np.intp] | None = None,
    candidate_rows: NDArray[np.intp] | None = None,
    reference_groups: NDArray[np.generic] | None = None,
    candidate_groups: NDArray[np.generic] | None = None,
    test: TestName = "student",
    alpha: float = ALPHA,
    repeats: int = REPEATS,
    seed: int = 0,
    expected_fraction: float | None = None,
    track: Track = untracked,
) -> Comparison:
    """Return how two tables differ component by component, from one pass over each.

    Parameters
    ----------
    reference, candidate : Rows
        ``(N, D)`` each; their rows must be independent of each other (else: `compare_paired`).
    reference_rows, candidate_rows : (n,) int, optional
        Which rows to compare, ascending; all by default. ``n >= 2`` each, and 4 for floors.
    reference_groups, candidate_groups : (N,) labels, optional
        The scene of every row of the table; without them there is no floor by group.
    test : "student" or "welch"
    alpha : float
        Level of each test.
    repeats : int
        Pairs of halves that each floor is averaged over.
    seed : int
        Of the halves.
    expected_fraction : float, optional
        What a true null would reject, as `expected_rejections` says; alpha by default.

    Raises
    ------
    InvalidInput
        The two differ in D, a side has fewer than two rows, or a value is not finite.

    References
    ----------
    Thesis, section 1c and notes 5, 6, 10 and 11.
    """
    require_same_components(reference.shape[1], candidate.shape[1])
    # each side has its own, so that one's groups leave the other's halves alone
    reference_rng, candidate_rng = np.random.default_rng(seed).spawn(2)
    read = partial(read_side, repeats=repeats, track=track)
    return _conclude(
        read(reference, reference_rows, reference_groups, rng=reference_rng, description="reference"),
        read(candidate, candidate_rows, candidate_groups, rng=candidate_rng, description="candidate"),
        test=test,
        alpha=alpha,
        expected=alpha if expected_fraction is None else expected_fraction,
    )


def _conclude(
    reference: Side, candidate: Side, *, test: TestName, alpha: float, expected: float
) -> Comparison:
    whole = reference.moments, candidate.moments
    outcomes = {name: run(*whole) for name, run in TWO_SAMPLE_TESTS.items()}
    effect_size = cohens_d(*whole)
    dead_equal, dead_different = dead_components(*whole)
    return Comparison(
        test=test,
        alpha=alpha,
        reference=reference.moments,
        candidate=candidate.moments,
        reference_groups=reference.num_groups,
        candidate_groups=candidate.num_groups,
        outcome=outcomes[test],
        adjusted={name: adjust(outcomes[test].p_value) for name, adjust in CORRECTIONS.items()},
        effect_size=effect_size,
        effects=summarise_effects(effect_size),
        dead_equal=int(dead_equal.sum()),
        dead_different=int(dead_different.sum()),
        percent_by_test={name: percent_rejected(o.p_value, alpha) for name, o in outcomes.items()},
        percent_expected=100 * expected,
        percent_at_half=between_halves(
            reference.image_halves, candidate.image_halves, test=test, alpha=alpha
        ),
        reference_by_image=within(reference.image_halves, test=test, alpha=alpha),
        reference_by_group=within(reference.group_halves, test=test, alpha=alpha),
        candidate_by_image=within(candidate.image_halves, test=test, alpha=alpha),
        candidate_by_group=within(candidate.group_halves, test=test, alpha=alpha),
        smallest_detectable=smallest_detectable_difference(whole[0].n, whole[1].n, alpha=alpha),
    )
