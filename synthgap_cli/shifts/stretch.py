"""A mean and a standard deviation moved onto another's: what standardise and adain share."""

# N rows, Z latents or (C, H, W) of a map

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.blend import blend

Array = NDArray[np.float64]


def gains(before: Array, after: Array) -> Array:
    """Return the ratios of standard deviations, of the variances ``before`` and ``after``.

    One where nothing varied before: there is nothing to stretch.
    """
    return np.sqrt(np.divide(after, before, out=np.ones_like(after), where=before > 0))


def stretch(
    latents: NDArray[np.float32], *, source_mean: Array, target_mean: Array, gain: Array, strength: float
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; means and gain broadcast to (Z,)."""
    return blend(latents, target_mean + gain * (latents - source_mean), strength)
