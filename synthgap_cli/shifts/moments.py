"""The moments that a shift is fitted on."""

# N rows, Z latents

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.moments import Moments, stream_moments
from synthgap_cli.statistics.rows import Rows, count_rows, require_same_components


def fit_moments(
    source: Rows,
    target: Rows,
    *,
    source_rows: NDArray[np.intp] | None,
    target_rows: NDArray[np.intp] | None,
    at_least: int,
) -> tuple[Moments, Moments]:
    """Return the moments of the source's and of the target's rows, from one pass over each.

    Raises
    ------
    InvalidInput
        The two differ in Z, a side has fewer than ``at_least`` rows, or a value is not finite.
    """
    require_same_components(source.shape[1], target.shape[1])
    for side, table, rows in (("source", source, source_rows), ("target", target, target_rows)):
        num_rows = count_rows(table, rows)
        if num_rows < at_least:
            raise InvalidInput(
                f"The shift needs {at_least} rows a side; the {side} has {num_rows} to fit on.",
                hint="Fit on another split, or on more images.",
            )
    return stream_moments(source.blocks(source_rows)), stream_moments(target.blocks(target_rows))
