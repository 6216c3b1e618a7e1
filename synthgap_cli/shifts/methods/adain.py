"""Each channel of the latent map gets the target's mean and standard deviation (AdaIN)."""

# N rows, Z latents, C channels, P positions (of H height, W width)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.maps import Maps, require_shape
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.shifts.stretch import gains, stretch
from synthgap_cli.statistics.moments import Moments
from synthgap_cli.statistics.rows import Rows

Array = NDArray[np.float64]

RUNG = 2


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return ``source-mean``, ``target-mean`` and ``gain`` of each channel, (C,) each.

    Two rows a side are needed.

    Notes
    -----
    The paper takes mean and standard deviation of one image over its positions, so each image would get
    one style picture's. Here they are a domain's, over positions and images: a bright image stays brighter
    than others. A latent that is no map has one position, and the result is ``standardise``'s.

    A channel that is constant in the source is only moved, one that is constant in the target becomes that
    constant.

    Raises
    ------
    InvalidInput
        The latent shape has another number of latents.

    References
    ----------
    Huang and Belongie (2017), doi:10.1109/ICCV.2017.167, equation 8.
    """
    require_shape(setting, source)
    sides = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=2)
    before, after = (_by_channel(side, setting.latent_shape[0]) for side in sides)
    return {"source-mean": before[0], "target-mean": after[0], "gain": gains(before[1], after[1])}


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
    maps = latents.reshape(len(latents), len(parameters["gain"]), -1, 1)  # (N, Z) to (N, C, P, 1)
    return apply_to_maps(maps, parameters, strength).reshape(latents.shape)


def apply_to_maps(maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
    """Return the maps (N, C, H, W), of any height and width, moved ``strength`` of the way."""
    source_mean, target_mean, gain = (
        parameters[name][:, None, None] for name in ("source-mean", "target-mean", "gain")
    )
    return stretch(maps, source_mean=source_mean, target_mean=target_mean, gain=gain, strength=strength)


def rows_to_trust(num_latents: int) -> int:
    """Return 10: two numbers a channel are all it estimates."""
    return 10


def _by_channel(moments: Moments, num_channels: int) -> tuple[Array, Array]:
    """Return mean and variance (C,) over rows and positions, the variance with ``n P`` below."""
    mean = moments.mean.reshape(num_channels, -1)  # (C, P)
    within = moments.variance.reshape(num_channels, -1).mean(axis=1) * (moments.n - 1) / moments.n
    return mean.mean(axis=1), within + mean.var(axis=1)
