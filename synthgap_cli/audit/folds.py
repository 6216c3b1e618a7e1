"""Folds in which images that belong together, on either side, lie together."""

# N images, G units (groups, or images that belong to nobody), K folds

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FOLDS = 5


def deal_folds(
    units: NDArray[np.generic], is_candidate: NDArray[np.bool_], *, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return the fold of each image, 0 to K - 1, (N,): no unit is cut in two, each side is spread evenly.

    Units are dealt in random order, each to the fold that has the fewest images of the unit's side; a unit
    of both sides to that with the fewest of both. Those of both sides go first, so that no fold gets all of
    a side, and those at least twice as large before others.

    Parameters
    ----------
    units : (N,)
        What belongs together: one value, on whichever side, is one unit.
    is_candidate : bool (N,)

    Returns
    -------
    intp (N,)
        K is 5, or as many as the side with fewer units has.
    """
    names, unit_of_row = np.unique(units, return_inverse=True)
    sizes = np.stack(
        [np.bincount(unit_of_row[side], minlength=len(names)) for side in (~is_candidate, is_candidate)]
    )  # (2, G)
    num_folds = min(FOLDS, *(int((side > 0).sum()) for side in sizes))
    filled = np.zeros((2, max(1, num_folds)))
    fold_of_unit = np.zeros(len(names), dtype=np.intp)
    shuffled = rng.permutation(len(names))
    magnitude = np.floor(np.log2(sizes.sum(axis=0)[shuffled]))
    one_sided = (sizes == 0).any(axis=0)[shuffled]
    for unit in shuffled[np.lexsort((-magnitude, one_sided))]:
        share = sizes[:, unit] / sizes.sum(axis=1)
        fold = ((share > 0) @ filled).argmin()
        fold_of_unit[unit] = fold
        filled[:, fold] += share
    return fold_of_unit[unit_of_row]
