"""What percentage a test rejects although nothing differs, when the data were shifted before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from synthgap_cli.statistics.clustered_t_test import effective_n
from synthgap_cli.statistics.clusters import Sample

FittedOn = Literal["nothing", "other rows", "these rows", "unknown"]


@dataclass(frozen=True)
class Fitted:
    """Where a mean shift was fitted that candidate rows have gone through.

    Attributes
    ----------
    on : "nothing", "other rows", "these rows" or "unknown"
        Not at all, on rows (and groups) independent of the tested ones, or on the tested ones. Any other
        map, and rows that overlap in part, are "unknown".
    sizes : (float, float)
        Reference and candidate rows that it was fitted on; only read for "other rows".
    crowding : (float, float)
        Of these rows, as `MeanError` has it; 1 where groups are unknown.
    strength : float
        How far the candidate rows were shifted, 1 being all the way.
    """

    on: FittedOn = "nothing"
    sizes: tuple[float, float] = (0, 0)
    crowding: tuple[float, float] = (1, 1)
    strength: float = 1.0

    def among(self, samples: tuple[Sample, Sample]) -> Fitted:
        """Return the same with the effective sizes, rows being as alike within groups as in ``samples``."""
        reference, candidate = (
            _effective_size(*each) for each in zip(self.sizes, self.crowding, samples, strict=True)
        )
        return Fitted(self.on, (reference, candidate), strength=self.strength)


def expected_rejections(
    alpha: float,
    *,
    test_sizes: tuple[float, float],
    fitted: Fitted = Fitted(),
    degrees: float | None = None,
) -> float:
    """Return the share of components rejected where real and synthetic rows have one distribution.

    Parameters
    ----------
    alpha : float
        Level of the two-sided test.
    test_sizes : (float, float)
        Real and synthetic rows tested; effective ones where a clustered test is meant.
    fitted : Fitted
        What the rows went through before; its sizes are effective ones too.
    degrees : float, optional
        Degrees of freedom of the test; by default so many that t is normal (30 or more).

    Returns
    -------
    float
        ``alpha`` where nothing was fitted; NaN where unknown.

    Notes
    -----
    A fitted mean carries its own error into the test, which does not know of it (thesis, note 5). With
    independent rows and equal variances the mean difference has variance ``a + strength**2 * b``
    instead of ``a``, these being the sums of the inverse sizes of the test and of the fit. On the fitting
    rows the shift takes its share of the difference that is tested; nothing is left at strength 1.
    """
    if fitted.on == "nothing":
        return alpha
    if fitted.on == "unknown":
        return float("nan")
    if fitted.on == "these rows":
        left = abs(1 - fitted.strength)
        return _beyond(alpha, left, degrees) if left > 0 else 0.0
    a = sum(1 / n for n in test_sizes)
    b = sum(1 / n for n in fitted.sizes)
    return _beyond(alpha, float(np.sqrt((a + fitted.strength**2 * b) / a)), degrees)


def _beyond(alpha: float, spread: float, degrees: float | None) -> float:
    """Return how often a statistic exceeds its critical value when it is ``spread`` times as wide."""
    if degrees is None:
        return float(2 * special.ndtr(special.ndtri(alpha / 2) / spread))
    return float(2 * special.stdtr(degrees, float(special.stdtrit(degrees, alpha / 2)) / spread))


def _effective_size(rows: float, crowding: float, sample: Sample) -> float:
    """Return how many independent rows these are worth, by the likeness within groups of a sample.

    The design effect is ``1 + (crowding - 1) * likeness``.
    """
    assert sample.mean_error is not None
    design_effect = sample.moments.n / effective_n(sample)
    others = sample.mean_error.crowding - 1
    likeness = min(1.0, (design_effect - 1) / others) if others > 0 else 0.0
    return rows / (1 + (crowding - 1) * likeness)
