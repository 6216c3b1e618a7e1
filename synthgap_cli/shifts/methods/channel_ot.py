"""Gaussian optimal transport of channels: what stands at any position, of any image, alike."""

# N rows, Z latents, C channels, H height, W width

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.map_transport import correlate, fit_map_transport
from synthgap_cli.shifts.maps import Maps, by_maps, require_maps
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows

RUNG = 3

MAX_CHANNELS = 2048


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the Monge map between the channels' normal distributions over all positions and images.

    ``source-mean`` and ``target-mean`` (C,), ``matrix`` (C, C) and ``latent-shape`` (3,). Two rows a side are
    needed.

    Notes
    -----
    Applied to pixels it is the linear colour transfer of Pitié and Kokaram (2007,
    doi:10.1049/cp:20070055), with the statistics of a domain in place of one picture's. Covariances are
    shrunk towards their mean (`shrunk_in`), so that a difference that few images show is closed in part.

    Raises
    ------
    InvalidInput
        Latents are no maps, or have more than 2,048 channels.
    """
    shape = require_maps(setting, source, instead="ot")
    if shape[0] > MAX_CHANNELS:
        raise InvalidInput(f"channel_ot takes up to {MAX_CHANNELS:,} channels; these maps have {shape[0]:,}.")
    return fit_map_transport(
        source,
        target,
        _channels,
        shape=shape,
        setting=setting,
        source_rows=source_rows,
        target_rows=target_rows,
    )


def apply_to_maps(maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
    """Return the maps (N, C, H, W), of any height and width, moved ``strength`` of the way."""
    return correlate(maps, parameters["matrix"][None, None], parameters, strength)


apply = by_maps(apply_to_maps)


def rows_to_trust(num_latents: int) -> int:
    """Return 20: each has many positions, but those of one image are alike."""
    return 20


def _channels(centred: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return centred.reshape(len(centred), -1).T  # (C, H, W) to (H W, C)
