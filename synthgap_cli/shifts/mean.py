"""The thesis' shift: the source's mean moves onto the target's, and nothing else changes."""

# N rows, Z latents

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts._blend import blend
from synthgap_cli.shifts._moments import fit_moments
from synthgap_cli.statistics.moments import mean_difference
from synthgap_cli.statistics.rows import Rows


def fit(
    source: Rows,
    target: Rows,
    *,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Return ``offset`` (Z,): the target's mean less the source's.

    Parameters
    ----------
    source, target : Rows
        Latents ``(N, Z)``: those to move (synthetic) and those to move onto (real).
    source_rows, target_rows : (n,) int, optional
        Which rows to fit on, ascending; all by default, one is enough.

    Raises
    ------
    InvalidInput
        The two differ in Z, a side is empty, or a value is not finite.

    References
    ----------
    Thesis, section 2e.
    """
    before, after = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=1)
    return {"offset": mean_difference(after, before)}


def apply(
    latents: NDArray[np.float32], parameters: dict[str, NDArray[np.float64]], strength: float = 1.0
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved by ``strength`` times the offset; 0 changes no bit."""
    return blend(latents, latents + parameters["offset"], strength)
