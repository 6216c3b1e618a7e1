"""The percentage rejected between halves, repeated: the noise beside which a difference is read."""

# R repeats

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from synthgap_cli.statistics.clusters import Sample
from synthgap_cli.statistics.t_test import Outcome, percent_rejected

SampleTest = Callable[[Sample, Sample], Outcome]


@dataclass(frozen=True)
class RepeatedPercent:
    """The percentage of live components rejected, over repeats; NaN where there could be none."""

    mean: float = float("nan")
    minimum: float = float("nan")
    maximum: float = float("nan")

    @classmethod
    def of(cls, percents: list[float]) -> RepeatedPercent:
        """Return their mean and range."""
        return cls(float(np.mean(percents)), min(percents), max(percents)) if percents else cls()


def within(
    halves: list[Sample], test: SampleTest, *, alpha: float, by_group: bool = False
) -> RepeatedPercent:
    """Return what the test rejects between the two halves of each pair (2R in a row).

    ``by_group``: the test takes groups for independent, and so needs two of them on each side.
    """
    return _repeat(zip(halves[::2], halves[1::2], strict=True), test, alpha, by_group=by_group)


def between_halves(
    reference: list[Sample],
    candidate: list[Sample],
    test: SampleTest,
    *,
    alpha: float,
    by_group: bool = False,
) -> RepeatedPercent:
    """Return what the test rejects between the two sides, half against half, at a floor's own n."""
    return _repeat(zip(reference, candidate, strict=True), test, alpha, by_group=by_group)


def _repeat(
    pairs: Iterable[tuple[Sample, Sample]], test: SampleTest, alpha: float, *, by_group: bool
) -> RepeatedPercent:
    percents = []
    for pair in pairs:
        if min(_independent(sample, by_group=by_group) for sample in pair) < 2:
            return RepeatedPercent()
        percents.append(percent_rejected(test(*pair).p_value, alpha))
    return RepeatedPercent.of(percents)


def _independent(sample: Sample, *, by_group: bool) -> int:
    if not by_group:
        return sample.moments.n
    assert sample.mean_error is not None
    return sample.mean_error.num_groups
