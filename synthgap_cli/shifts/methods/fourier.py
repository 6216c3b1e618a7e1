"""Fourier domain adaptation: low frequencies get the target's mean amplitude, phases stay."""

# N rows, Z latents, C channels, H height, W width, b frequencies each way, F = 2 b + 1

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.maps import Maps, by_maps, require_maps, shape_parameter
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows, count_rows

Array = NDArray[np.float64]

RUNG = 7

BETA = 0.05  # of the shorter side: the middle one of the published 0.01, 0.05 and 0.09


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return ``target-mean`` (C,), ``amplitude`` (C, F F) a position, and ``latent-shape`` (3,).

    F is 2 b + 1, b being the shorter side times `BETA`, rounded down: the amplitudes are those of up to b
    cycles per image either way. One row a side is needed, and nothing is learned from the source.

    Notes
    -----
    The paper gives each image the amplitudes of another one of the target, drawn at random. Here all get the
    mean amplitudes of the target, as the other shifts take the statistics of a domain. Of the frequency
    zero the mean is taken with its sign, which pixels do not have but latents do. So every image gets one and
    the same mean colour.

    The paper's smallest beta, 0.01, is a band of five cycles at its images' 512 pixels, and of none at 64.

    Raises
    ------
    InvalidInput
        Latents are no maps.

    References
    ----------
    Yang and Soatto (2020), doi:10.1109/CVPR42600.2020.00414, equation 3.
    """
    channels, height, width = shape = require_maps(setting, source, instead="mean")
    moments = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=1)
    band = int(BETA * min(height, width))
    total = np.zeros((channels, 2 * band + 1, 2 * band + 1))
    for block in target.blocks(target_rows):
        spectra = np.fft.fft2(block.reshape(-1, *shape))  # (n, C, H, W)
        total += np.abs(_low(spectra, band)).sum(axis=0)
    amplitude = total / (count_rows(target, target_rows) * height * width)
    return {
        "target-mean": moments[1].mean.reshape(channels, -1).mean(axis=1),
        "amplitude": amplitude.reshape(channels, -1),
        "latent-shape": shape_parameter(shape),
    }


def apply_to_maps(maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
    """Return the maps (N, C, H, W) moved ``strength`` of the way.

    A map of another size is taken as the same picture at that size: its amplitudes are replaced at as many
    cycles per image as those of the maps fitted on.

    Raises
    ------
    InvalidInput
        A side has fewer positions than there are frequencies to replace.
    """
    channels = len(parameters["amplitude"])
    side = round(np.sqrt(parameters["amplitude"].shape[1]))
    height, width = maps.shape[2:]
    if min(height, width) < side:
        raise InvalidInput(f"Maps of {height} x {width} have no {side} frequencies along each axis.")
    band = side // 2
    spectra = np.fft.fft2(maps.astype(np.float64))  # (N, C, H, W)
    low = _low(spectra, band)  # (N, C, F, F)
    wanted = height * width * parameters["amplitude"].reshape(channels, side, side)
    replaced = wanted * np.exp(1j * np.angle(low))
    replaced[:, :, 0, 0] = height * width * parameters["target-mean"]
    moved = maps + _back(replaced - low, height, width)
    return blend(maps, moved, strength)


apply = by_maps(apply_to_maps)


def rows_to_trust(num_latents: int) -> int:
    """Return 20: it estimates some means a channel."""
    return 20


def _frequencies(band: int) -> NDArray[np.intp]:
    """Return 0, 1, ..., b, -b, ..., -1, as they lie in a spectrum."""
    return np.concatenate([np.arange(band + 1), np.arange(-band, 0)])


def _low(spectra: NDArray[np.complex128], band: int) -> NDArray[np.complex128]:
    """Return the frequencies (..., F, F) of up to ``band`` cycles per image either way."""
    chosen = _frequencies(band)
    return spectra[..., chosen[:, None], chosen]


def _back(low: NDArray[np.complex128], height: int, width: int) -> Array:
    """Return the maps (N, C, H, W) that have these frequencies (N, C, F, F) and no others."""
    chosen = _frequencies(low.shape[-1] // 2)
    spectra = np.zeros((*low.shape[:2], height, width), dtype=np.complex128)
    spectra[..., chosen[:, None], chosen] = low
    return np.fft.ifft2(spectra).real
