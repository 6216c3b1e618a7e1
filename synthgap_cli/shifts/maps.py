"""Latents as maps: channels that stand at positions, for shifts that work at any of them."""

# N rows, Z latents, C channels, H height, W width

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.statistics.rows import Rows

Maps = NDArray[np.float32]  # (N, C, H, W)


class ApplyToMaps(Protocol):
    """What moves maps of any height and width."""

    def __call__(self, maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
        """Return the maps (N, C, H, W) moved ``strength`` of the way; 0 changes no bit."""
        ...


def require_shape(setting: Setting, latents: Rows) -> None:
    """Raise InvalidInput unless the latent shape has as many latents as the rows."""
    if prod(setting.latent_shape) != latents.shape[1]:
        raise InvalidInput(f"Latents of shape {setting.latent_shape} are not {latents.shape[1]} numbers.")


def require_maps(setting: Setting, latents: Rows, *, instead: str) -> tuple[int, int, int]:
    """Return channels, height and width of the maps that latents are.

    Raises
    ------
    InvalidInput
        Latents are no maps, or of another shape; the hint says which shift to take ``instead``.
    """
    require_shape(setting, latents)
    if len(setting.latent_shape) != 3:
        raise InvalidInput(
            f"Latents of shape {setting.latent_shape} are no maps: they have no positions to speak of.",
            hint=f"Take --method {instead}, or a convolutional VAE such as resvae.",
        )
    channels, height, width = setting.latent_shape
    return channels, height, width


def shape_parameter(shape: tuple[int, int, int]) -> NDArray[np.float64]:
    """Return the shape as a shift stores it, under ``latent-shape``."""
    return np.array(shape, dtype=np.float64)


def apply_by_maps(
    apply_to_maps: ApplyToMaps, latents: NDArray[np.float32], parameters: Parameters, strength: float
) -> NDArray[np.float32]:
    """Return latents (N, Z) moved as the maps that they are, by the stored ``latent-shape``."""
    channels, height, width = parameters["latent-shape"].astype(int)
    maps = latents.reshape(-1, channels, height, width)  # (N, Z) to (N, C, H, W)
    return apply_to_maps(maps, parameters, strength).reshape(latents.shape)


def by_maps(apply_to_maps: ApplyToMaps) -> Callable[..., NDArray[np.float32]]:
    """Return the ``apply`` of a shift of maps that knows no kinds: see `apply_by_maps`."""

    def apply(
        latents: NDArray[np.float32],
        parameters: Parameters,
        strength: float = 1.0,
        *,
        kinds: KindNumbers | None = None,
    ) -> NDArray[np.float32]:
        """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
        return apply_by_maps(apply_to_maps, latents, parameters, strength)

    return apply
