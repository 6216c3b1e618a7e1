"""No shift: the latents stay where they are, for what decoding alone makes of them."""

# N rows, Z latents, C channels, H height, W width

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.maps import Maps
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.statistics.rows import Rows

RUNG = 0


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return no parameters, of latents that any other shift could be fitted to."""
    fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=1)  # refuses
    return {}


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return a copy of the latents (N, Z), whatever the strength."""
    return latents.copy()


def apply_to_maps(maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
    """Return a copy of the maps (N, C, H, W), of any height and width."""
    return maps.copy()


def rows_to_trust(num_latents: int) -> int:
    """Return 0: it estimates nothing."""
    return 0
