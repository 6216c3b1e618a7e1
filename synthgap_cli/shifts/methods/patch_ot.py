"""Gaussian optimal transport of 3 x 3 neighbourhoods, their overlaps averaged: colours and fine grain."""

# N rows, Z latents, C channels, H height, W width, P patches of an image

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.map_transport import correlate, fit_map_transport
from synthgap_cli.shifts.maps import Maps, by_maps, require_maps
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows, count_rows

Array = NDArray[np.float64]

RUNG = 6

SIDE = 3
MAX_CHANNELS = 64  # 576 numbers a patch
MAX_PATCHES = 2**17  # of a side that a covariance is estimated from, but one of each image at least


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the Monge map between the normal distributions of patches, over all positions and images.

    ``source-mean`` and ``target-mean`` (C,), ``matrix`` (9 C, 9 C), channel by channel and each row by row,
    and ``latent-shape`` (3,). Two rows a side are needed.

    Notes
    -----
    The covariances are those of patches about the mean of each channel, shrunk towards their mean
    (`shrunk_in`). Of up to 131,072 patches a side all are taken; of more, as many of each image, drawn by the
    seed. Patches lie within the map; one with fewer than three positions along an axis goes on as mirrored.

    A position lies in nine patches, and becomes the mean of what the nine make of it. Patches that
    disagree lose variance by that: moved maps vary somewhat less at fine scales than the target.

    Raises
    ------
    InvalidInput
        Latents are no maps, or have more than 64 channels.
    """
    shape = require_maps(setting, source, instead="ot")
    if shape[0] > MAX_CHANNELS:
        raise InvalidInput(
            f"patch_ot takes up to {MAX_CHANNELS} channels; these maps have {shape[0]:,}.",
            hint="Take --method channel-ot.",
        )
    num_rows = max(count_rows(source, source_rows), count_rows(target, target_rows))
    per_image = max(1, MAX_PATCHES // max(1, num_rows))

    def patches(centred: Array, rng: np.random.Generator) -> Array:
        return draw_patches(centred, per_image, rng)

    return fit_map_transport(
        source,
        target,
        patches,
        shape=shape,
        setting=setting,
        source_rows=source_rows,
        target_rows=target_rows,
    )


def apply_to_maps(maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
    """Return the maps (N, C, H, W), of any height and width, moved ``strength`` of the way."""
    return correlate(maps, kernel_of(parameters["matrix"]), parameters, strength)


apply = by_maps(apply_to_maps)


def rows_to_trust(num_latents: int) -> int:
    """Return 50: each has many patches, but those of one image are alike."""
    return 50


def draw_patches(centred: Array, most: int, rng: np.random.Generator) -> Array:
    """Return up to ``most`` patches (P, 9 C) of a map (C, H, W): all, or as many drawn."""
    missing = [max(0, SIDE - length) for length in centred.shape[1:]]
    padding = [(0, 0), *(((lack + 1) // 2, lack // 2) for lack in missing)]
    windows = sliding_window_view(np.pad(centred, padding, mode="symmetric"), (SIDE, SIDE), axis=(1, 2))
    rows, columns = windows.shape[1:3]
    count = rows * columns
    chosen = np.arange(count) if count <= most else rng.choice(count, most, replace=False)
    patches = windows[:, chosen // columns, chosen % columns]  # (C, P, 3, 3)
    return patches.swapaxes(0, 1).reshape(len(chosen), -1)


def kernel_of(matrix: Array) -> Array:
    """Return the kernel (5, 5, C, C) that moves maps as the matrix (9 C, 9 C) moves patches, averaged.

    A position is entry ``o`` of the patch around the position ``o`` before it; entry ``p`` of that patch
    lies ``p - o`` away.
    """
    channels = len(matrix) // SIDE**2
    parts = matrix.reshape(channels, SIDE, SIDE, channels, SIDE, SIDE)
    kernel = np.zeros((2 * SIDE - 1, 2 * SIDE - 1, channels, channels))
    for row, column in np.ndindex(SIDE, SIDE):
        into = kernel[SIDE - 1 - row :, SIDE - 1 - column :][:SIDE, :SIDE]
        into += parts[:, row, column].transpose(2, 3, 0, 1) / SIDE**2  # (C, C, 3, 3) to (3, 3, C, C)
    return kernel
