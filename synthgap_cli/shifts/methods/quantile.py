"""Each latent gets the target's whole distribution; which rows lie high or low stays the source's."""

# N rows, Z latents, n rows fitted on, w latents at once, K knots

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.monotone import join_ties, match, quantile_knots
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.statistics.rows import Rows, count_rows

RUNG = 5

KNOTS = 257  # quantiles at multiples of 1/256
_VALUES_AT_ONCE = 2**26  # of a side, sorted in memory: 512 MiB


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return ``source-knots`` and ``target-knots`` (Z, 257): each latent's quantiles at multiples of 1/256.

    Two rows a side are needed. Each side is read once for every 2**26 values that it has.

    Notes
    -----
    A value between knots is mapped linearly, one beyond the outermost knots keeps its distance to them. A
    latent that is constant in the source is only moved, one that is constant in the target becomes that
    constant as far as the source's knots reach.

    References
    ----------
    The one-dimensional case of Peyré and Cuturi (2019), doi:10.1561/2200000073, remark 2.30.
    """
    fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=2)  # refuses
    knots = {
        name: np.concatenate([quantile_knots(columns, KNOTS) for columns in _columns(side, rows)])
        for name, side, rows in (("source", source, source_rows), ("target", target, target_rows))
    }
    joined = join_ties(knots["source"], knots["target"])
    return {"source-knots": knots["source"], "target-knots": joined}


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
    matched = match(latents.astype(np.float64), parameters["source-knots"], parameters["target-knots"])
    return blend(latents, matched, strength)


def rows_to_trust(num_latents: int) -> int:
    """Return 100: the outermost of fewer quantiles are single rows."""
    return 100


def _columns(table: Rows, rows: NDArray[np.intp] | None) -> Iterator[NDArray[np.float64]]:
    """Yield (w, n) for consecutive latents, w as large as memory may be."""
    num_rows, num_latents = count_rows(table, rows), table.shape[1]
    width = max(1, _VALUES_AT_ONCE // num_rows)
    for first in range(0, num_latents, width):
        latents = slice(first, min(first + width, num_latents))
        columns = np.empty((latents.stop - first, num_rows))
        row = 0
        for block in table.blocks(rows):
            columns[:, row : row + len(block)] = block[:, latents].T
            row += len(block)
        yield columns
