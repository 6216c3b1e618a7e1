"""P-values adjusted for the number of components tested."""

# D components, m of them tested (not NaN)

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

PValues = NDArray[np.float64]


def holm(p_value: PValues) -> PValues:
    """Return p-values (D,) whose rejection bounds the chance of any false one; NaN stays NaN.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6:65.
    """

    def step_down(ascending: PValues) -> PValues:
        return np.maximum.accumulate(ascending * np.arange(len(ascending), 0, -1))

    return _adjust(p_value, step_down)


def benjamini_hochberg(p_value: PValues) -> PValues:
    """Return p-values (D,) whose rejection bounds the share of false ones among the rejected.

    Valid for independent or positively dependent components; NaN stays NaN.

    References
    ----------
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.
    """
    return _adjust(p_value, _step_up)


def benjamini_yekutieli(p_value: PValues) -> PValues:
    """Return p-values (D,) as `benjamini_hochberg` does, but valid for any dependence.

    References
    ----------
    Benjamini and Yekutieli (2001), doi:10.1214/aos/1013699998.
    """

    def step_up_for_any_dependence(ascending: PValues) -> PValues:
        return _step_up(ascending) * np.sum(1 / np.arange(1, len(ascending) + 1))

    return _adjust(p_value, step_up_for_any_dependence)


CORRECTIONS: dict[str, Callable[[PValues], PValues]] = {
    "holm": holm,
    "benjamini-hochberg": benjamini_hochberg,
    "benjamini-yekutieli": benjamini_yekutieli,
}


def _step_up(ascending: PValues) -> PValues:
    m = len(ascending)
    scaled = ascending * (m / np.arange(1, m + 1))
    return np.minimum.accumulate(scaled[::-1])[::-1]


def _adjust(p_value: PValues, step: Callable[[PValues], PValues]) -> PValues:
    adjusted = np.full_like(p_value, np.nan)
    tested = np.flatnonzero(~np.isnan(p_value))
    ascending = tested[np.argsort(p_value[tested], kind="stable")]
    adjusted[ascending] = np.minimum(step(p_value[ascending]), 1)
    return adjusted
