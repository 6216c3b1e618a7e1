"""Two tables of independent rows compared component by component, with the floors beside the result."""

# N rows, D components

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.statistics.clustered_t_test import clustered_t_test, design_effect, effective_n
from synthgap_cli.statistics.clusters import Sample
from synthgap_cli.statistics.column_tests import COLUMN_TESTS, ColumnTest, compare_columns
from synthgap_cli.statistics.conclusion import ALPHA, Clustered, Comparison, conclude
from synthgap_cli.statistics.effective_components import effective_components
from synthgap_cli.statistics.expected_null import Fitted, expected_rejections
from synthgap_cli.statistics.floors import RepeatedPercent, SampleTest, between_halves, within
from synthgap_cli.statistics.moments import pooled_variance
from synthgap_cli.statistics.rows import Rows, require_same_components
from synthgap_cli.statistics.side import Plan, Side, plan_side, read_side
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.statistics.t_test import (
    TWO_SAMPLE_TESTS,
    MomentTest,
    Outcome,
    dead_components,
    percent_rejected,
)

REPEATS = 20

TestName = MomentTest | ColumnTest


def compare(
    reference: Rows,
    candidate: Rows,
    *,
    reference_rows: NDArray[np.intp] | None = None,
    candidate_rows: NDArray[np.intp] | None = None,
    reference_groups: NDArray[np.generic] | None = None,
    candidate_groups: NDArray[np.generic] | None = None,
    test: TestName = "student",
    cluster: bool = True,
    alpha: float = ALPHA,
    repeats: int = REPEATS,
    seed: int = 0,
    fitted: Fitted = Fitted(),  # noqa: B008  frozen
    track: Track = untracked,
) -> Comparison:
    """Return how two tables differ component by component, from one pass over each.

    Rank tests and Levene's need further passes, see `compare_columns`.

    Parameters
    ----------
    reference, candidate : Rows
        ``(N, D)`` each; their rows must be independent of each other (else: `compare_paired`).
    reference_rows, candidate_rows : (n,) int, optional
        Which rows to compare, ascending; all by default. ``n >= 2`` each, and 4 for floors.
    reference_groups, candidate_groups : (N,) labels, optional
        The scene of every row of the table; without them there is no floor by group.
    test : "student", "welch", "mannwhitney", "ks" or "levene"
    cluster : bool
        Whether t-tests take groups for independent too, where both sides have `MIN_GROUPS` of them.
    alpha : float
        Level of each test.
    repeats : int
        Pairs of halves that each floor is averaged over.
    seed : int
        Of the halves.
    fitted : Fitted, optional
        Where a shift was fitted that the candidate rows went through.

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
    rngs = np.random.default_rng(seed).spawn(2)
    plans = (
        plan_side(reference, reference_rows, reference_groups, repeats=repeats, rng=rngs[0]),
        plan_side(candidate, candidate_rows, candidate_groups, repeats=repeats, rng=rngs[1]),
    )
    sides = _read(plans[0], "reference", track), _read(plans[1], "candidate", track)
    whole = sides[0].whole, sides[1].whole
    moments = whole[0].moments, whole[1].moments
    plain = {name: run(*moments) for name, run in TWO_SAMPLE_TESTS.items()}
    outcome, floors = _test(test, plans, sides, alpha=alpha, track=track)
    enough = all((plan.num_groups or 0) >= MIN_GROUPS for plan in plans)
    dead_equal, dead_different = dead_components(*moments)
    percents: dict[str, float] = {name: percent_rejected(one.p_value, alpha) for name, one in plain.items()}
    return conclude(
        outcome,
        moments,
        test=test,
        alpha=alpha,
        clustered=_cluster(sides, fitted, alpha) if cluster and enough else None,
        plain=plain["student" if test == "student" else "welch"],
        dead=(int(dead_equal.sum()), int(dead_different.sum())),
        num_groups=(plans[0].num_groups, plans[1].num_groups),
        percent_by_test={**percents, test: percent_rejected(outcome.p_value, alpha)},
        percent_expected=100 * _expected(test, alpha, (moments[0].n, moments[1].n), fitted),
        effective_components=_effective_components(sides, by_group=enough),
        floors=floors,
    )


def _read(plan: Plan, description: str, track: Track) -> Side:
    return read_side(plan, track(plan.source.blocks(plan.rows), description))


def _test(
    test: TestName, plans: tuple[Plan, Plan], sides: tuple[Side, Side], *, alpha: float, track: Track
) -> tuple[Outcome, dict[str, RepeatedPercent]]:
    """Return what the test finds with rows taken as independent, and its floors."""
    if test not in TWO_SAMPLE_TESTS:
        assert test in COLUMN_TESTS
        found = compare_columns(*plans, test, alpha=alpha, track=track)
        return found.outcome, found.floors
    run = TWO_SAMPLE_TESTS[test]

    def by_moments(first: Sample, second: Sample) -> Outcome:
        return run(first.moments, second.moments)

    reference, candidate = sides
    halves = {
        "reference_by_image": reference.image_halves,
        "reference_by_group": reference.group_halves,
        "candidate_by_image": candidate.image_halves,
        "candidate_by_group": candidate.group_halves,
    }
    floors = {name: within(each, by_moments, alpha=alpha) for name, each in halves.items()}
    floors["percent_at_half"] = between_halves(
        reference.image_halves, candidate.image_halves, by_moments, alpha=alpha
    )
    return by_moments(reference.whole, candidate.whole), floors


def _cluster(sides: tuple[Side, Side], fitted: Fitted, alpha: float) -> Clustered:
    reference, candidate = sides
    whole = reference.whole, candidate.whole
    outcome = clustered_t_test(*whole)
    sizes = effective_n(whole[0]), effective_n(whole[1])
    halves = reference.group_halves, candidate.group_halves
    test: SampleTest = clustered_t_test
    degrees = outcome.degrees_of_freedom[~np.isnan(outcome.degrees_of_freedom)]
    return Clustered(
        outcome=outcome,
        design_effect=design_effect(*whole),
        percent=percent_rejected(outcome.p_value, alpha),
        percent_expected=100
        * expected_rejections(
            alpha,
            test_sizes=sizes,
            fitted=fitted.among(whole),
            degrees=float(np.median(degrees)) if len(degrees) else float("nan"),
        ),
        effective_sizes=sizes,
        percent_at_half=between_halves(*halves, test, alpha=alpha, by_group=True),
        reference_by_group=within(halves[0], test, alpha=alpha, by_group=True),
        candidate_by_group=within(halves[1], test, alpha=alpha, by_group=True),
    )


def _expected(test: TestName, alpha: float, sizes: tuple[int, int], fitted: Fitted) -> float:
    if test in TWO_SAMPLE_TESTS:
        return expected_rejections(alpha, test_sizes=sizes, fitted=fitted)
    blind = test == "levene" and fitted.on != "unknown"  # a shift of the mean leaves spreads alone
    return alpha if blind or fitted.on == "nothing" else float("nan")


def _effective_components(sides: tuple[Side, Side], *, by_group: bool) -> float:
    spread = np.sqrt(pooled_variance(sides[0].whole.moments, sides[1].whole.moments))
    live = spread > 0
    rows = [(side.kept - side.whole.moments.mean)[:, live] / spread[live] for side in sides]
    labels = [side.kept_groups if by_group else np.arange(len(side.kept)) for side in sides]
    groups = np.concatenate([labels[0], labels[0].max() + 1 + labels[1]])
    return effective_components(np.concatenate(rows), groups)
