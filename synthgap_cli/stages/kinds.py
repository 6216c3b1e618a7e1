"""Labels as the numbers of kinds that a shift knows."""

# N rows, K kinds

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgap_cli.shifts.shift import KindNumbers
from synthgap_cli.store.samples import Samples

UNLABELLED = ""


def kind_names(samples: Samples) -> list[str]:
    """Return the labels of these images, sorted: kind k is called the k-th. Without labels there are none."""
    if "label" not in samples:
        return []
    return sorted(set(samples["label"]) - {UNLABELLED})


def number_kinds(samples: Samples, names: Sequence[str]) -> KindNumbers | None:
    """Return the number (N,) of each image's label among the names, -1 where it is none of them.

    Without labels, or names, nothing is known of any image.
    """
    if "label" not in samples or not names:
        return None
    numbers = {name: number for number, name in enumerate(names)}
    return np.array([numbers.get(label, -1) for label in samples["label"]], dtype=np.intp)
