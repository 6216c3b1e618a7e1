"""What every shift is: a module of ``methods/`` that fits a map to two sets of latents and applies it."""

# N rows, Z latents

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from synthgap_cli import plugins
from synthgap_cli.statistics.rows import Rows

FAMILY = "synthgap_cli.shifts.methods"

Parameters = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Setting:
    """What a fit may need to know beside the latents; every shift gets the same.

    Attributes
    ----------
    latent_shape : tuple of int
        Channels first, then positions; its product is Z. ``(Z,)`` where latents are no map.
    seed : int
        Of directions and of rows that are drawn.
    """

    latent_shape: tuple[int, ...]
    seed: int = 0


class Shift(Protocol):
    """A module of the family. Rows move one by one, whatever they are fitted or applied with."""

    def fit(
        self,
        source: Rows,
        target: Rows,
        *,
        setting: Setting,
        source_rows: NDArray[np.intp] | None = None,
        target_rows: NDArray[np.intp] | None = None,
    ) -> Parameters:
        """Return all that `apply` needs, as float64 arrays of one or two dimensions.

        Parameters
        ----------
        source, target : Rows
            Latents ``(N, Z)``: those to move (synthetic) and those to move onto (real).
        setting : Setting
        source_rows, target_rows : (n,) int, optional
            Which rows to fit on, ascending; all by default.

        Raises
        ------
        InvalidInput
            The two differ in Z, a side has too few rows, or a value is not finite.
        """
        ...

    def apply(
        self, latents: NDArray[np.float32], parameters: Parameters, strength: float = 1.0
    ) -> NDArray[np.float32]:
        """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
        ...


def shift_names() -> list[str]:
    """Return the names of all shifts."""
    return plugins.names(FAMILY)


def load_shift(name: str) -> Shift:
    """Return the shift called ``name``.

    Raises
    ------
    UsageProblem
        There is none of that name.
    """
    return cast(Shift, plugins.load(FAMILY, name, what="shift"))
