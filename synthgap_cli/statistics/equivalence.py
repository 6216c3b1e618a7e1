"""Which components are shown to be alike, which is more than not shown to differ."""

# D components

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from synthgap_cli.statistics.t_test import TTest

MARGIN = 0.1  # in standard deviations: half of what Cohen calls small


def equivalence_p_value(
    test: TTest, spread: NDArray[np.float64], *, margin: float = MARGIN
) -> NDArray[np.float64]:
    """Return the p-value (D,) of a difference as large as the margin, or larger; small where it is smaller.

    Parameters
    ----------
    test : TTest
        Of equal means.
    spread : (D,) float64
        The standard deviation that the margin is counted in.
    margin : float
        Differences within it, on both sides of zero, count as none.

    Returns
    -------
    (D,) float64
        Uncorrected; NaN where the test's is, or where the spread is zero.

    Notes
    -----
    Two one-sided t-tests; the larger p-value counts. The spread is taken as known: with n rows it is off by
    a share of about ``1 / sqrt(2 n)``, and so is the margin.

    References
    ----------
    Schuirmann (1987), doi:10.1007/BF01068419; thesis, note 12.
    """
    reach = margin * spread
    live = (test.standard_error > 0) & (spread > 0)
    missing = np.full_like(spread, np.nan)
    # positive where the difference lies within the margin, by how many standard errors
    inside = np.divide(reach - np.abs(test.difference), test.standard_error, out=missing, where=live)
    return np.asarray(special.stdtr(test.degrees_of_freedom, -inside))
