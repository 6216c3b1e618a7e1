"""Part of the way from where latents are to where a shift would have them."""

# N rows, Z latents or (C, H, W) of a map

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def blend(latents: NDArray[np.float32], moved: NDArray[np.float64], strength: float) -> NDArray[np.float32]:
    """Return ``latents + strength * (moved - latents)`` (N, Z), rounded to float32 once.

    Strength 0 gives the latents back bit for bit, as a copy.
    """
    if strength == 0:
        return latents.copy()  # adding zero would turn -0.0 into 0.0
    return (latents + strength * (moved - latents)).astype(np.float32)
