"""What every shift is: a module of ``methods/`` that fits a map to two sets of latents and applies it."""

# N source rows, M target rows, Z latents, C channels, H height, W width

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from synthgap_cli import plugins
from synthgap_cli.arrays import Track, untracked
from synthgap_cli.shifts.sight import Sight
from synthgap_cli.statistics.rows import Rows

FAMILY = "synthgap_cli.shifts.methods"

Parameters = dict[str, NDArray[np.float64]]
KindNumbers = NDArray[np.intp]  # of rows: 0 to K - 1, -1 where the kind is unknown


@dataclass(frozen=True)
class HeldOut:
    """Rows that no map is fitted on, for a choice among maps.

    Attributes
    ----------
    source_rows, target_rows : (n,), (m,) int
        Which rows of either table, ascending.
    groups : pair of (n,), (m,) labels, optional
        The scene of each of them, the source's first, where there are enough to count as independent.
    sight : Sight, optional
        What these rows are like as images; without it maps are judged by latents.
    """

    source_rows: NDArray[np.intp]
    target_rows: NDArray[np.intp]
    groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None = None
    sight: Sight | None = None


@dataclass(frozen=True)
class Setting:
    """What a fit may need to know beside the latents, and whom it tells; every shift gets the same.

    Attributes
    ----------
    latent_shape : tuple of int
        Channels first, then positions; its product is Z. ``(Z,)`` where latents are no map.
    seed : int
        Of directions and of rows that are drawn.
    source_kinds, target_kinds : (N,), (M,) int, optional
        The kind of every row of either table, where it is known.
    base : str
        Of a shift that is made of others: which one.
    clusters : int, optional
        How many kinds to look for where none are known; by default so many as there are rows for.
    held_out : HeldOut, optional
        Of a shift that is chosen: the rows to choose by; by default some of those to fit on are kept apart.
    tell : callable
        Takes what a fit has found out, by name, as JSON can hold it.
    warn : callable
        Takes a sentence that the user should know before using the map.
    track : Track
        Takes the steps of a fit that takes long.
    """

    latent_shape: tuple[int, ...]
    seed: int = 0
    source_kinds: KindNumbers | None = None
    target_kinds: KindNumbers | None = None
    base: str = "mean"
    clusters: int | None = None
    held_out: HeldOut | None = None
    tell: Callable[[str, object], None] = lambda name, value: None
    warn: Callable[[str], None] = lambda sentence: None
    track: Track = untracked


class Shift(Protocol):
    """A module of the family. Rows move one by one, whatever they are fitted or applied with.

    Attributes
    ----------
    RUNG : int
        Its place on the ladder from the simplest map to the most flexible; of two that do equally well a
        choice prefers the lower.
    """

    RUNG: int

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
        self,
        latents: NDArray[np.float32],
        parameters: Parameters,
        strength: float = 1.0,
        *,
        kinds: KindNumbers | None = None,
    ) -> NDArray[np.float32]:
        """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit.

        ``kinds`` (N,) are numbered as in the fit; a shift that knows kinds finds out those that are not
        given, the others do not look.
        """
        ...

    def rows_to_trust(self, num_latents: int) -> int:
        """Return how many rows a side the map should be fitted on, to be worth a try."""
        ...


class MapShift(Shift, Protocol):
    """A shift that does the same at every position of a map, so that maps may be of any size."""

    def apply_to_maps(
        self, maps: NDArray[np.float32], parameters: Parameters, strength: float = 1.0
    ) -> NDArray[np.float32]:
        """Return maps (N, C, H, W), of any height and width, moved ``strength`` of the way.

        Of the height and width that it was fitted to, this is what `apply` does.
        """
        ...


def is_map_shift(shift: Shift) -> TypeGuard[MapShift]:
    """Return whether a shift works on maps of any size."""
    return hasattr(shift, "apply_to_maps")


def shift_names() -> list[str]:
    """Return the names of all shifts."""
    return plugins.names(FAMILY)


def shift_name(text: str) -> str:
    """Return the name that is meant: ``channel-ot`` is ``channel_ot``."""
    return text.replace("-", "_")


def load_shift(name: str) -> Shift:
    """Return the shift called ``name``, in which hyphens may stand for underscores.

    Raises
    ------
    UsageProblem
        There is none of that name.
    """
    return cast(Shift, plugins.load(FAMILY, shift_name(name), what="shift"))
