"""What a comparison of two tables found, and what follows from the test that leads."""

# D components

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.corrections import CORRECTIONS
from synthgap_cli.statistics.effect_size import (
    EffectSizes,
    cohens_d,
    smallest_detectable_difference,
    summarise_effects,
)
from synthgap_cli.statistics.equivalence import equivalence_p_value
from synthgap_cli.statistics.floors import RepeatedPercent
from synthgap_cli.statistics.moments import Moments, pooled_variance
from synthgap_cli.statistics.t_test import Outcome, TTest, percent_rejected

ALPHA = 0.05
UNKNOWN = RepeatedPercent()


@dataclass(frozen=True)
class Clustered:
    """What is left of a comparison when groups, not rows, are taken as independent.

    Attributes
    ----------
    outcome : TTest
        With standard errors clustered by group.
    design_effect : (D,) float64
        By how much groups raise the variance of the difference.
    percent, percent_expected : float
        Percentage of live components rejected, and what a true null would give; NaN if unknown.
    percent_at_half : RepeatedPercent
        Half of the reference's groups against half of the candidate's.
    reference_by_group, candidate_by_group : RepeatedPercent
        The floors: halves of one side that share no group.
    effective_sizes : (float, float)
        How many independent rows would say as much, of the reference and the candidate.
    """

    outcome: TTest
    design_effect: NDArray[np.float64]
    percent: float
    percent_expected: float
    effective_sizes: tuple[float, float]
    percent_at_half: RepeatedPercent = UNKNOWN
    reference_by_group: RepeatedPercent = UNKNOWN
    candidate_by_group: RepeatedPercent = UNKNOWN


@dataclass(frozen=True)
class Comparison:
    """What a comparison found. Percentages are of live components: not constant on both sides.

    Attributes
    ----------
    test : str
        Which test; ``paired`` where rows were paired.
    alpha
        Its level.
    reference, candidate : Moments
        Of all rows compared.
    reference_groups, candidate_groups : int or None
        How many groups they come from, where known.
    outcome : Outcome
        Of the test, rows being taken as independent. The statistic of a t-test is positive where the
        reference exceeds the candidate.
    clustered : Clustered or None
        The t-test with groups taken as independent; it leads where it is there.
    t_test : TTest
        What intervals and equivalence are by: the leading test if it is a t-test, else the t-test that
        would lead.
    adjusted : dict of (D,) float64
        The leading p-values by correction.
    effect_size : (D,) float64
        Cohen's d, positive where the reference exceeds the candidate.
    effects : EffectSizes
        Its summary.
    equivalence : (D,) float64
        The p-value of a difference beyond the margin.
    dead_equal, dead_different : int
        Components constant on both sides, at one value or at two; of pairs: whose difference is zero, or
        another constant.
    percent_by_test : dict of float
        Percentage rejected, uncorrected, rows being taken as independent; the test's own is `percent`.
    percent_expected : float
        What a true null would give; NaN if unknown.
    effective_components : float
        The participation ratio of the components' correlations.
    smallest_detectable : float
        The Cohen d that the leading test finds in a component four times out of five; NaN where it is no
        t-test.
    percent_at_half : RepeatedPercent
        Half of the reference against half of the candidate: to be held against the floors.
    reference_by_image, reference_by_group, candidate_by_image, candidate_by_group : RepeatedPercent
        The floors: half against half of one side, cut between images or between groups.
    """

    test: str
    alpha: float
    reference: Moments
    candidate: Moments
    reference_groups: int | None
    candidate_groups: int | None
    outcome: Outcome
    clustered: Clustered | None
    t_test: TTest
    adjusted: dict[str, NDArray[np.float64]]
    effect_size: NDArray[np.float64]
    effects: EffectSizes
    equivalence: NDArray[np.float64]
    dead_equal: int
    dead_different: int
    percent_by_test: dict[str, float]
    percent_expected: float
    effective_components: float
    smallest_detectable: float
    percent_at_half: RepeatedPercent = UNKNOWN
    reference_by_image: RepeatedPercent = UNKNOWN
    reference_by_group: RepeatedPercent = UNKNOWN
    candidate_by_image: RepeatedPercent = UNKNOWN
    candidate_by_group: RepeatedPercent = UNKNOWN

    @property
    def live(self) -> int:
        """How many components vary on at least one side."""
        return len(self.effect_size) - self.dead_equal - self.dead_different

    @property
    def percent(self) -> float:
        """The thesis' measure: the percentage rejected, uncorrected, rows being taken as independent."""
        return self.percent_by_test[self.test]

    @property
    def lead(self) -> Outcome:
        """The clustered test where there is one, else the chosen one."""
        return self.clustered.outcome if self.clustered else self.outcome

    @property
    def percent_by_correction(self) -> dict[str, float]:
        """The percentage that the leading test still rejects after each correction."""
        return {name: percent_rejected(p_value, self.alpha) for name, p_value in self.adjusted.items()}

    @property
    def percent_equivalent(self) -> float:
        """The percentage of components shown to be alike, uncorrected."""
        return percent_rejected(self.equivalence, self.alpha)


def conclude(
    outcome: Outcome,
    sides: tuple[Moments, Moments],
    *,
    test: str,
    alpha: float,
    clustered: Clustered | None,
    plain: TTest,
    dead: tuple[int, int],
    num_groups: tuple[int | None, int | None],
    percent_by_test: dict[str, float],
    percent_expected: float,
    effective_components: float,
    floors: dict[str, RepeatedPercent],
) -> Comparison:
    """Return the comparison with what follows from the leading test: corrections, equivalence, power.

    Parameters
    ----------
    outcome : Outcome
        Of the test, rows being taken as independent.
    sides : (Moments, Moments)
        Of reference and candidate.
    plain : TTest
        The test itself if it is a t-test, else the t-test nearest to it.
    floors : dict of RepeatedPercent
        By the names of `Comparison`; those left out are unknown.
    """
    leading = clustered.outcome if clustered else plain
    lead = leading if isinstance(outcome, TTest) else outcome
    effect_size = cohens_d(*sides)
    spread = np.sqrt(pooled_variance(*sides))
    return Comparison(
        test=test,
        alpha=alpha,
        reference=sides[0],
        candidate=sides[1],
        reference_groups=num_groups[0],
        candidate_groups=num_groups[1],
        outcome=outcome,
        clustered=clustered if isinstance(outcome, TTest) else None,
        t_test=leading,
        adjusted={name: adjust(lead.p_value) for name, adjust in CORRECTIONS.items()},
        effect_size=effect_size,
        effects=summarise_effects(effect_size),
        equivalence=equivalence_p_value(leading, spread),
        dead_equal=dead[0],
        dead_different=dead[1],
        percent_by_test=percent_by_test,
        percent_expected=percent_expected,
        effective_components=effective_components,
        smallest_detectable=_detectable(leading, spread, alpha) if lead is leading else float("nan"),
        **floors,
    )


def _detectable(test: TTest, spread: NDArray[np.float64], alpha: float) -> float:
    """Return the effect size that the test sees in the median component."""
    live = (test.standard_error > 0) & (spread > 0)
    if not live.any():
        return float("nan")
    precision = np.median(spread[live] / test.standard_error[live])
    return smallest_detectable_difference(
        float(precision), float(np.median(test.degrees_of_freedom[live])), alpha=alpha
    )
