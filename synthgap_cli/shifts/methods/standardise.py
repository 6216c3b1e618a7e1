"""Each latent gets the target's mean and standard deviation; correlations stay the source's."""

# N rows, Z latents

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.shifts.stretch import gains, stretch
from synthgap_cli.statistics.rows import Rows

RUNG = 4


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
    gain = gains(before.variance, after.variance)
    return {"source-mean": before.mean, "target-mean": after.mean, "gain": gain}


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way to where they belong; 0 changes no bit."""
    return stretch(
        latents,
        source_mean=parameters["source-mean"],
        target_mean=parameters["target-mean"],
        gain=parameters["gain"],
        strength=strength,
    )


def rows_to_trust(num_latents: int) -> int:
    """Return 10: two numbers a latent are all it estimates."""
    return 10
