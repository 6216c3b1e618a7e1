"""Two tables whose rows are the same images, compared by the differences within pairs."""

# N rows, D components, n rows of one block

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.comparison import ALPHA
from synthgap_cli.statistics.moments import Moments, stream_moments
from synthgap_cli.statistics.rows import Rows, count_rows, require_same_components
from synthgap_cli.statistics.t_test import TTest, paired_t_test, percent_rejected


@dataclass(frozen=True)
class PairedComparison:
    """What a paired comparison found; percentages are of components whose differences vary.

    Attributes
    ----------
    alpha : float
        Level of each test.
    differences : Moments
        Of reference less candidate; ``n`` pairs.
    outcome : TTest
        ``statistic`` is positive where the reference exceeds the candidate.
    dead_equal, dead_different : int
        Components whose difference is zero, or another constant, in every pair.
    percent : float
        Percentage rejected, uncorrected.
    """

    alpha: float
    differences: Moments
    outcome: TTest
    dead_equal: int
    dead_different: int
    percent: float


def compare_paired(
    reference: Rows,
    candidate: Rows,
    *,
    reference_rows: NDArray[np.intp] | None = None,
    candidate_rows: NDArray[np.intp] | None = None,
    alpha: float = ALPHA,
    track: Track = untracked,
) -> PairedComparison:
    """Return how the two versions of each image differ, component by component.

    Parameters
    ----------
    reference, candidate : Rows
        ``(N, D)`` each.
    reference_rows, candidate_rows : (n,) int, optional
        The pairs, ascending: entry i of both is one image. All rows by default; ``n >= 2``.
    alpha : float
        Level of each test.

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
    blocks = _subtract(reference.blocks(reference_rows), candidate.blocks(candidate_rows))
    differences = stream_moments(track(blocks, "pairs"))
    outcome = paired_t_test(differences)
    constant, zero = differences.variance == 0, differences.mean == 0
    return PairedComparison(
        alpha=alpha,
        differences=differences,
        outcome=outcome,
        dead_equal=int((constant & zero).sum()),
        dead_different=int((constant & ~zero).sum()),
        percent=percent_rejected(outcome.p_value, alpha),
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
