"""Which of a domain's sources gives itself away: each against the whole other domain."""

# n images

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.auc import estimate_auc


@dataclass(frozen=True)
class SourceAuc:
    """How well one source is told from all images of the other domain."""

    is_synthetic: bool
    source: str
    n: int
    n_others: int
    auc: float
    auc_low: float
    auc_high: float


def auc_by_source(
    is_synthetic: NDArray[np.bool_],
    probability: NDArray[np.float64],
    sources: NDArray[np.generic],
    groups: NDArray[np.generic] | None = None,
) -> list[SourceAuc]:
    """Return the area under the ROC curve of each source, real ones first, in order of their names.

    Parameters
    ----------
    is_synthetic : bool (n,)
        Both classes present.
    probability : float64 (n,)
        Of being synthetic.
    sources : (n,)
        Where each image comes from; a name may occur in both domains.
    groups : (n,), optional
        Scenes, as in `estimate_auc`.
    """
    found = []
    for side in (False, True):
        for source in np.unique(sources[is_synthetic == side]):
            chosen = (is_synthetic != side) | (sources == source)
            estimate = estimate_auc(
                is_synthetic[chosen], probability[chosen], None if groups is None else groups[chosen]
            )
            mine = int(np.sum(is_synthetic[chosen] == side))
            found.append(
                SourceAuc(
                    is_synthetic=side,
                    source=str(source),
                    n=mine,
                    n_others=int(chosen.sum()) - mine,
                    auc=estimate.auc,
                    auc_low=estimate.low,
                    auc_high=estimate.high,
                )
            )
    return found
