"""Which images make up the batches of an epoch."""

# D domains

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def epoch_batches(
    rows_by_domain: Mapping[str, NDArray[np.intp]], *, batch_size: int, steps: int, seed: int, epoch: int
) -> list[NDArray[np.intp]]:
    """Return ``steps`` arrays of ``batch_size`` rows, mixed, every domain with the same share.

    A function of ``(seed, epoch)`` alone, so a training that resumes sees what it would have seen. A domain
    is gone through in random order, again and again where it is smaller than its share. All batches are
    full: batch norm has no use for a batch of one.
    """
    rng = np.random.default_rng([seed, epoch])
    counts = [len(part) for part in np.array_split(np.empty(steps * batch_size), len(rows_by_domain))]
    drawn = [_draw(rows, count, rng) for rows, count in zip(rows_by_domain.values(), counts, strict=True)]
    return list(rng.permutation(np.concatenate(drawn)).reshape(steps, batch_size))


def _draw(rows: NDArray[np.intp], count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    rounds = math.ceil(count / len(rows))
    return np.concatenate([rng.permutation(rows) for _ in range(rounds)])[:count]
