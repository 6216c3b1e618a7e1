"""The thesis' shift: the source's mean moves onto the target's, and nothing else changes."""

# N rows, Z latents

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.statistics.moments import mean_difference
from synthgap_cli.statistics.rows import Rows

RUNG = 1


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return ``offset`` (Z,): the target's mean less the source's.

    References
    ----------
    Thesis, section 2e.
    """
    before, after = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=1)
    return {"offset": mean_difference(after, before)}


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved by ``strength`` times the offset; 0 changes no bit."""
    return blend(latents, latents + parameters["offset"], strength)


def rows_to_trust(num_latents: int) -> int:
    """Return 2: one number a latent is all it estimates."""
    return 2
