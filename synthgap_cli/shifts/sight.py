"""What shifted rows look like as images: what a choice among shifts goes by, where it can."""

# n and m rows held out, Z latents, D statistics of an image, k coordinates

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Statistics = NDArray[np.float32]

CONTENT_KEPT = 0.8
"""Mean structural similarity of the images to what they were, below which a map is not taken, however near it
comes: what is left of the picture is then not what its labels say."""
MOST_COORDINATES = 64
RIDGE = 0.5


@dataclass(frozen=True)
class Seen:
    """Images of moved rows.

    Attributes
    ----------
    statistics : float32 (m, D)
        How each of them looks.
    content : float
        Mean structural similarity to what they were, at most 1.
    """

    statistics: Statistics
    content: float


@dataclass(frozen=True)
class View:
    """Some rows of both sides as images.

    Attributes
    ----------
    target : float32 (n, D)
        How the target's images look.
    source_rows : (m,) int
        Which of the source's rows `look` takes, ascending.
    look : callable
        Takes these rows (m, Z), moved, and returns what their images are like.
    """

    target: Statistics
    source_rows: NDArray[np.intp]
    look: Callable[[NDArray[np.float32]], Seen]


@dataclass(frozen=True)
class Sight:
    """What a choice sees.

    Attributes
    ----------
    learned : View
        Of rows that maps are fitted on: from these a classifier learns to tell the sides apart.
    held_out : View
        Of the rows to choose by, on which it is tested: other scenes, so it cannot know them again.
    """

    learned: View
    held_out: View


class Coordinates:
    """Statistics as a few numbers: principal components of both sides, standardised and unmoved."""

    def __init__(self, target: Statistics, source: Statistics) -> None:
        both = np.concatenate([target, source]).astype(np.float64)
        self._mean, spread = both.mean(axis=0), both.std(axis=0)
        self._scale = np.where(spread > 1e-9, spread, np.inf)  # what never varies says nothing
        _, _, directions = np.linalg.svd((both - self._mean) / self._scale, full_matrices=False)
        self._directions = directions[:MOST_COORDINATES].T  # (D, k)

    def of(self, statistics: Statistics) -> Array:
        """Return the coordinates (n, k)."""
        return np.asarray((statistics - self._mean) / self._scale @ self._directions)


def scores_of_strangers(learned: tuple[Array, Array], tested: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return the scores (n,), (m,) of tested rows, target and source, by a linear classifier of learned rows.

    Ridge regression of the side, each side weighing as much, with half as much ridge as there is variance in
    the mean coordinate: a closed form, so that two maps differ by what they do and not by how training went.
    """
    rows = np.concatenate(learned)
    side = np.repeat([-1.0, 1.0], [len(part) for part in learned])
    weight = np.repeat([0.5 / len(part) for part in learned], [len(part) for part in learned])
    centre = weight @ rows
    centred = rows - centre
    covariance = (centred * weight[:, None]).T @ centred
    ridge = RIDGE * np.trace(covariance) / len(covariance)
    direction = np.linalg.solve(
        covariance + ridge * np.eye(len(covariance)), (centred * weight[:, None]).T @ side
    )
    first, second = ((part - centre) @ direction for part in tested)
    return first, second
