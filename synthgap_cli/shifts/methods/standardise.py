"""Each latent gets the target's mean and standard deviation; correlations stay the source's."""

# N rows, Z latents

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return ``source-mean``, ``target-mean`` and ``gain``, the ratio of standard deviations, (Z,) each.

    Notes
    -----
    A latent that is constant in the source is only moved (gain 1): there is nothing to stretch. One
    that is constant in the target becomes that constant (gain 0).
    """
    before, after = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=2)
    ratio = np.divide(
        after.variance, before.variance, out=np.ones_like(after.variance), where=before.variance > 0
    )
    return {"source-mean": before.mean, "target-mean": after.mean, "gain": np.sqrt(ratio)}


def apply(latents: NDArray[np.float32], parameters: Parameters, strength: float = 1.0) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way to where they belong; 0 changes no bit."""
    centred = latents - parameters["source-mean"]
    return blend(latents, parameters["target-mean"] + parameters["gain"] * centred, strength)
