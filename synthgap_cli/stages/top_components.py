"""The components that differ most, and the images that lie furthest along them."""

# C components named, D components, k images of each

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.conclusion import Comparison
from synthgap_cli.statistics.furthest import furthest_rows
from synthgap_cli.statistics.rows import Rows
from synthgap_cli.store.samples import Samples

IMAGES = 3  # named on each side of each component


def find_top(
    found: Comparison,
    matrices: Sequence[Rows],
    rows: Sequence[NDArray[np.intp]],
    samples: Sequence[Samples],
    *,
    count: int,
) -> dict[str, Any]:
    """Return the columns of ``/top``: one row a component, the one with the largest effect first.

    Empty where none is asked for. Each side's images are those furthest on that side's end: the reference's
    where it is larger, with the largest values, and the candidate's with the smallest. Where many lie
    equally far, none is named.

    Parameters
    ----------
    found : Comparison
    matrices, rows, samples : pairs
        Reference and candidate, which are read once more; the rows tested; which image each row is.
    count : int
        C, or as many as are alive.
    """
    live = np.flatnonzero(np.isfinite(found.effect_size))
    chosen = live[np.argsort(-np.abs(found.effect_size[live]), kind="stable")][:count]
    if not len(chosen):
        return {}
    low, high = found.t_test.interval(found.alpha)
    signs = np.sign(found.effect_size[chosen])
    columns: dict[str, Any] = {
        "component": chosen,
        "cohens_d": found.effect_size[chosen],
        "p_value": found.lead.p_value[chosen],
        "difference": found.t_test.difference[chosen],
        "difference_low": low[chosen],
        "difference_high": high[chosen],
    }
    for side, (name, towards) in enumerate((("reference", signs), ("candidate", -signs))):
        blocks = matrices[side].blocks(rows[side])
        positions = furthest_rows(blocks, chosen, towards, count=IMAGES)  # (C, k)
        ids = np.where(positions < 0, "", samples[side]["id"][rows[side]][positions])
        columns |= {f"{name}_{rank + 1}": ids[:, rank] for rank in range(ids.shape[1])}
    return columns
