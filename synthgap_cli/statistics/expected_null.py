"""What percentage a test rejects although nothing differs, when the data were shifted before."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import special

FittedOn = Literal["nothing", "other rows", "these rows", "unknown"]


def expected_rejections(
    alpha: float,
    *,
    test_sizes: tuple[int, int],
    fitted_on: FittedOn = "nothing",
    fit_sizes: tuple[int, int] = (0, 0),
    strength: float = 1.0,
) -> float:
    """Return the share of components rejected where real and synthetic rows have one distribution.

    Parameters
    ----------
    alpha : float
        Level of the two-sided test.
    test_sizes : (int, int)
        Real and synthetic rows tested.
    fitted_on : "nothing", "other rows", "these rows" or "unknown"
        Where a mean shift was fitted: not at all, on rows independent of the tested ones, or on the
        tested ones. Any other map, and rows that overlap in part, are "unknown".
    fit_sizes : (int, int)
        Real and synthetic rows that the shift was fitted on; only read for "other rows".
    strength : float
        How far the synthetic rows were shifted, 1 being all the way.

    Returns
    -------
    float
        ``alpha`` where nothing was fitted; NaN where unknown.

    Notes
    -----
    A fitted mean carries its own error into the test, which does not know of it (thesis, note 5). With
    independent rows and equal variances the mean difference has variance ``a + strength**2 * b``
    instead of ``a``. On the fitting rows the shift takes its share of the difference that is tested;
    nothing is left at strength 1. Normal quantiles: for n of 30 or more.
    """
    if fitted_on == "nothing":
        return alpha
    if fitted_on == "unknown":
        return float("nan")
    z = -special.ndtri(alpha / 2)
    if fitted_on == "these rows":
        left = abs(1 - strength)
        return float(2 * special.ndtr(-z / left)) if left > 0 else 0.0
    a = sum(1 / n for n in test_sizes)
    b = sum(1 / n for n in fit_sizes)
    return float(2 * special.ndtr(-z * np.sqrt(a / (a + strength**2 * b))))
