"""Two tables whose rows are the same images, compared by the differences within pairs."""

# N rows, D components, n rows of one block

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.clustered_t_test import clustered_paired_t_test, design_effect, effective_n
from synthgap_cli.statistics.clusters import Sample
from synthgap_cli.statistics.conclusion import ALPHA, Clustered, Comparison, conclude
from synthgap_cli.statistics.expected_null import Fitted
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.rows import Rows, count_rows, require_same_components
from synthgap_cli.statistics.side import plan_side, read_side
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.statistics.t_test import paired_t_test, percent_rejected


def compare_paired(
    reference: Rows,
    candidate: Rows,
    *,
    reference_rows: NDArray[np.intp] | None = None,
    candidate_rows: NDArray[np.intp] | None = None,
    groups: NDArray[np.generic] | None = None,
    cluster: bool = True,
    alpha: float = ALPHA,
    fitted: Fitted = Fitted(),  # noqa: B008  frozen
    track: Track = untracked,
) -> Comparison:
    """Return how the two versions of each image differ, component by component.

    Effect sizes are in standard deviations of the rows, not of the differences, as they are for independent
    rows. There are no floors: pairs have no halves of one side. Both tables are read twice.

    Parameters
    ----------
    reference, candidate : Rows
        ``(N, D)`` each.
    reference_rows, candidate_rows : (n,) int, optional
        The pairs, ascending: entry i of both is one image. All rows by default; ``n >= 2``.
    groups : (n,) labels, optional
        The scene of each pair.
    cluster : bool
        Whether groups are taken for independent too, where there are `MIN_GROUPS` of them.
    alpha : float
        Level of each test.
    fitted : Fitted, optional
        Where a shift was fitted that the candidate went through; what a true null gives is unknown then.

    Raises
    ------
    InvalidInput
        The two differ in D or in the number of rows, there are fewer than two, or a value is not finite.

    References
    ----------
    Thesis, note 11.
    """
    require_same_components(reference.shape[1], candidate.shape[1])
    sizes = count_rows(reference, reference_rows), count_rows(candidate, candidate_rows)
    if sizes[0] != sizes[1]:
        raise InvalidInput(
            f"{sizes[0]} reference rows cannot be paired with {sizes[1]} candidate rows.",
            hint="Compare the rows whose ids both have.",
        )
    differences = _Differences(reference, candidate, reference_rows, candidate_rows)
    plan = plan_side(differences, None, groups, repeats=0, rng=np.random.default_rng())
    found = read_side(plan, track(differences.blocks(None), "pairs")).whole
    outcome = paired_t_test(found.moments)
    sides = (
        stream_moments(track(reference.blocks(reference_rows), "reference")),
        stream_moments(track(candidate.blocks(candidate_rows), "candidate")),
    )
    expected = alpha if fitted.on == "nothing" else float("nan")
    constant, zero = found.moments.variance == 0, found.moments.mean == 0
    enough = (plan.num_groups or 0) >= MIN_GROUPS
    percent = percent_rejected(outcome.p_value, alpha)
    return conclude(
        outcome,
        sides,
        test="paired",
        alpha=alpha,
        clustered=_cluster(found, alpha, expected) if cluster and enough else None,
        plain=outcome,
        dead=(int((constant & zero).sum()), int((constant & ~zero).sum())),
        num_groups=(plan.num_groups, plan.num_groups),
        percent_by_test={"paired": percent},
        percent_expected=100 * expected,
        effective_components=float("nan"),
        floors={},
    )


def _cluster(differences: Sample, alpha: float, expected: float) -> Clustered:
    outcome = clustered_paired_t_test(differences)
    pairs = effective_n(differences)
    return Clustered(
        outcome=outcome,
        design_effect=design_effect(differences),
        percent=percent_rejected(outcome.p_value, alpha),
        percent_expected=100 * expected,
        effective_sizes=(pairs, pairs),
    )


@dataclass(frozen=True)
class _Differences:
    """Reference less candidate, pair by pair, as `Rows`."""

    reference: Rows
    candidate: Rows
    reference_rows: NDArray[np.intp] | None
    candidate_rows: NDArray[np.intp] | None

    @property
    def shape(self) -> tuple[int, ...]:
        return count_rows(self.reference, self.reference_rows), self.reference.shape[1]

    def blocks(self, rows: NDArray[np.intp] | None, /) -> Iterator[NDArray[np.floating]]:
        assert rows is None, "all pairs are read"
        return _subtract(
            self.reference.blocks(self.reference_rows), self.candidate.blocks(self.candidate_rows)
        )


def _subtract(
    first: Iterable[NDArray[np.floating]], second: Iterator[NDArray[np.floating]]
) -> Iterator[NDArray[np.float64]]:
    """Yield differences of rows, wherever the two cut their blocks."""
    rest = next(second, np.empty((0, 0)))
    for block in first:
        while len(rest) < len(block):
            rest = np.concatenate([rest, next(second)])
        with np.errstate(invalid="ignore"):  # inf - inf: reported by component, not by warning
            differences = np.subtract(block, rest[: len(block)], dtype=np.float64)
        yield differences
        rest = rest[len(block) :]
