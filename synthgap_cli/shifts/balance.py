"""Probabilities of kinds brought towards the shares that the kinds are expected in."""

# m rows, K kinds

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BOUND = 20.0
_FLOOR = 1e-9  # of a probability, so that no row is without any
_ROUNDS = 100


def balance(probabilities: Array, shares: Array) -> Array:
    """Return probabilities (m, K) whose means are the shares (K,), as far as bounded factors reach.

    Each kind gets one factor, between 1/20 and 20, and rows are made to sum to one. The bound keeps a row
    that is clearly of one kind where it is: shares decide between kinds that a row may well be of, they do
    not overrule it.

    References
    ----------
    Sinkhorn and Knopp (1967), doi:10.2140/pjm.1967.21.343; the bound is ours.
    """
    floored = probabilities + _FLOOR
    factors = np.ones(len(shares))
    for _ in range(_ROUNDS):
        found = _normalised(floored * factors).mean(axis=0)
        factors = np.clip(factors * shares / found, 1 / BOUND, BOUND)
    return _normalised(floored * factors)


def _normalised(weights: Array) -> Array:
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
