"""The images that gave themselves away, and those that misled the classifier."""

# n images, k of them chosen

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def most_telling(
    probability_of_truth: NDArray[np.float64], scenes: NDArray[np.generic], count: int
) -> NDArray[np.intp]:
    """Return the images that the classifier is surest of and right about, the surest first, ``(k,)``.

    One image a scene, since frames of one scene say the same; negated probabilities give the most
    misleading images.

    Parameters
    ----------
    probability_of_truth : float64 (n,)
        What the classifier gave to the class that each image has.
    scenes : (n,)
        The scene of each image; where scenes are unknown, something else for each.
    count : int
        How many are wanted; k is smaller where there are fewer scenes.
    """
    order = np.argsort(-probability_of_truth, kind="stable")
    _, first = np.unique(scenes[order], return_index=True)
    surest: NDArray[np.intp] = order[np.sort(first)[:count]]
    return surest
