"""Standard errors of means where rows of one group are not independent of each other."""

# N rows, D components, G groups, K subsets of whole groups, n rows of one piece, g groups in it

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.statistics.moments import Moments, moments_of
from synthgap_cli.statistics.sums import Sums, with_complements

GROUPS_AT_ONCE = 64  # or the time goes into the sums over subsets


@dataclass(frozen=True)
class MeanError:
    """How uncertain the mean of a sample of groups is.

    Attributes
    ----------
    squared : (D,) float64
        Square of the mean's standard error; NaN where there is but one group.
    num_groups : int
    crowding : float
        How many rows share the group of a row, on average over the rows; the size of the groups where
        they have one.
    """

    squared: NDArray[np.float64]
    num_groups: int
    crowding: float


@dataclass(frozen=True)
class Sample:
    """What a test needs of a sample: its moments and, where groups are known, the error of its mean."""

    moments: Moments
    mean_error: MeanError | None = None


class GroupSums:
    """Totals of groups, added up over subsets of whole groups as the rows come.

    A group is added once its last row has come. Until then it is held, so that memory is O(K * D) where
    the rows of a group follow each other, and O(G * D) where they do not.

    Parameters
    ----------
    group_of_row : (N,) int
        The group, 0 to G - 1, of each row in the order in which they will come.
    subsets : (K, G) bool
        The first one has all groups.
    """

    def __init__(self, group_of_row: NDArray[np.intp], subsets: NDArray[np.bool_]) -> None:
        self._group_of_row = group_of_row
        self._subsets = subsets.astype(np.float64)
        self._sizes = np.bincount(group_of_row).astype(np.float64)  # (G,)
        self._last_row = np.zeros(len(self._sizes), dtype=np.intp)
        self._last_row[group_of_row] = np.arange(len(group_of_row))
        self._open: dict[int, NDArray[np.float64]] = {}  # sums and squares (2, D) of groups to go on
        self._whole: list[tuple[NDArray[np.intp], NDArray[np.float64]]] = []  # groups not yet added
        self._num_whole = 0
        self._added: list[NDArray[np.float64]] = []  # the four sums (K, D) over subsets that are needed

    def indicators(self, start: int, stop: int) -> NDArray[np.float64]:
        """Return which of the rows ``start`` to ``stop`` are in which of the groups there (g, n)."""
        present = self._present(start, stop)
        return np.asarray(present[:, None] == self._group_of_row[start:stop], dtype=np.float64)

    def add(self, start: int, stop: int, sums: Sums) -> None:
        """Add the rows ``start`` to ``stop``: sums over the groups that `indicators` told apart."""
        present = self._present(start, stop)
        totals = np.stack([sums.sums, sums.squares], axis=1)  # (g, 2, D)
        ends = self._last_row[present] < stop
        for position, group in enumerate(present.tolist()):
            if group in self._open:
                totals[position] += self._open.pop(group)
            if not ends[position]:
                self._open[group] = totals[position].copy()
        self._whole.append((present[ends], totals[ends]))
        self._num_whole += int(ends.sum())
        if self._num_whole >= GROUPS_AT_ONCE:
            self._add_whole()

    def _add_whole(self) -> None:
        """Add whole groups to the subsets that have them."""
        groups = np.concatenate([numbers for numbers, _ in self._whole])
        totals = np.concatenate([total for _, total in self._whole])  # (g, 2, D)
        self._whole, self._num_whole = [], 0
        chosen, sizes = self._subsets[:, groups], self._sizes[groups]
        sums, squares = totals[:, 0], totals[:, 1]
        more = [chosen @ sums, chosen @ squares, chosen * sizes @ sums, chosen @ np.square(sums)]
        added = self._added or [np.zeros_like(one) for one in more]
        self._added = [old + new for old, new in zip(added, more, strict=True)]

    def samples(self, pivot: NDArray[np.float64]) -> list[Sample]:
        """Return each subset, then the complement of each but the first: ``2K - 1`` samples."""
        if self._whole:
            self._add_whole()
        sums, squares, sized_sums, squared_sums = map(with_complements, self._added)
        counts, second, third = (with_complements(self._subsets @ self._sizes**power) for power in (1, 2, 3))
        moments = moments_of(Sums(counts, sums, squares), pivot, scale=squares[0])
        num_groups = with_complements(self._subsets.sum(axis=1))
        found = []
        for k, subset in enumerate(moments):
            offset = sums[k] / max(counts[k], 1)
            about_mean = squared_sums[k] - 2 * offset * sized_sums[k] + offset**2 * second[k]  # (D,)
            rounding = counts[k] * np.finfo(np.float64).eps * squared_sums[0]
            constant = (about_mean <= rounding) | (subset.variance == 0)
            squared = np.where(constant, 0.0, about_mean) * _scale(counts[k], second[k], third[k])
            error = MeanError(squared, int(num_groups[k]), second[k] / max(counts[k], 1))
            found.append(Sample(subset, error))
        return found

    def _present(self, start: int, stop: int) -> NDArray[np.intp]:
        return np.unique(self._group_of_row[start:stop])


def crowding(sizes: NDArray[np.integer]) -> float:
    """Return the mean size of the group that a row is in, as `MeanError` has it, from the groups' sizes."""
    return float(np.sum(np.square(sizes, dtype=np.float64)) / np.sum(sizes))


def _scale(rows: float, second: float, third: float) -> float:
    """Return what makes the sum of squared group totals about the mean the squared error of the mean.

    ``second`` and ``third`` are sums of powers of the groups' sizes. The totals are taken about a mean
    that they determine, which makes them too small: by G / (G - 1) where groups have one size. Where they
    differ, by as much as it does where rows of one group are alike.
    """
    expected = second - 2 * third / rows + second**2 / rows**2 if rows else 0.0
    return second / expected / rows**2 if expected > 1e-9 * second else np.nan
