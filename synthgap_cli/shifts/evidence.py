"""How near moved latents come to the target's, on rows that no map was fitted on."""

# n target and m moved rows, D latents, k coordinates, B blocks left out

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import untracked
from synthgap_cli.distances.draws import Plan, plan_draws
from synthgap_cli.distances.measure import load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.shifts.subspace import Subspace
from synthgap_cli.statistics.auc import structural_components, variance_of_mean
from synthgap_cli.statistics.rows import ArrayRows

Array = NDArray[np.float64]

NORMAL_95 = 1.96  # standard errors on either side of a 95 % interval


@dataclass(frozen=True)
class Area:
    """The area under the ROC curve of a classifier on held-out rows, and its standard error."""

    value: float
    own_error: float

    def error(self, other: Area) -> float:
        """Return the standard error of the difference to another map's, which is at most this.

        Both are of the same rows, so they rise and fall together. Leaving out blocks would tell how much, but
        a classifier that is trained and chosen anew varies more than the rows do.
        """
        return float(np.hypot(self.own_error, other.own_error)) if self is not other else 0.0


@dataclass(frozen=True)
class PairedArea:
    """The area under the ROC curve of scores of the same rows for all maps, so that differences are paired.

    Attributes
    ----------
    value : float
    components : pair of float64 (n,), (m,)
        DeLong's structural components, of target and moved rows.
    units : pair of int (n,), (m,)
        What counts as independent on each side: groups, or rows.
    """

    value: float
    components: tuple[Array, Array]
    units: tuple[NDArray[np.intp], NDArray[np.intp]]

    def error(self, other: PairedArea) -> float:
        """Return the standard error of the difference to another map's.

        References
        ----------
        DeLong, DeLong and Clarke-Pearson (1988), doi:10.2307/2531595; by group: Obuchowski (1997),
        doi:10.2307/2533958.
        """
        differences = (one - two for one, two in zip(self.components, other.components, strict=True))
        return float(np.sqrt(sum(map(variance_of_mean, differences, self.units))))


@dataclass(frozen=True)
class Distance:
    """A distance of all rows, and the same with each of B blocks of both sides left out.

    The blocks are the same for all maps, so that differences between maps have a standard error.
    """

    value: float
    left_out: Array  # (B,)

    def error(self, other: Distance) -> float:
        """Return the jackknife's standard error of the difference to another map's.

        References
        ----------
        Efron and Stein (1981), doi:10.1214/aos/1176345462, for blocks.
        """
        differences = self.left_out - other.left_out
        blocks = len(differences)
        return float(np.sqrt((blocks - 1) / blocks * np.sum((differences - differences.mean()) ** 2)))


@dataclass(frozen=True)
class Evidence:
    """How well a classifier tells moved rows from the target's, and the Fréchet distance between them."""

    c2st: Area | PairedArea
    frechet: Distance

    def errors_above(self, other: Evidence) -> tuple[float, float]:
        """Return by how many standard errors either number lies above that of another map."""
        return (
            _ratio(self.c2st.value - other.c2st.value, self.c2st.error(other.c2st)),  # type: ignore[arg-type]  # both paired or neither
            _ratio(self.frechet.value - other.frechet.value, self.frechet.error(other.frechet)),
        )


def _ratio(difference: float, error: float) -> float:
    if error > 0:
        return difference / error
    return float(np.copysign(np.inf, difference)) if difference else 0.0


def judging_directions(subspace: Subspace) -> Array:
    """Return orthonormal directions (k, D): the subspace's, and that of the difference of means."""
    offset = subspace.target_mean - subspace.source_mean
    outside = offset - offset @ subspace.directions.T @ subspace.directions
    length = np.linalg.norm(outside)
    if length <= 1e-6 * np.linalg.norm(offset):
        return subspace.directions
    return np.concatenate([subspace.directions, outside[None] / length])


def plan_evidence(
    sizes: tuple[int, int], groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None, *, seed: int
) -> Plan:
    """Return the comparison of n target with m moved rows, and those with a block left out.

    Blocks and folds keep groups whole, where they are given.
    """
    return plan_draws(sizes, groups, repeats=0, permutations=0, jackknife=True, seed=seed)


def weigh(target: Array, moved: Array, plan: Plan, *, seed: int) -> Evidence:
    """Return the evidence of coordinates (n, k) and (m, k).

    The classifier's folds and first weights are drawn by the seed, and so the same for all maps.
    """
    pool = PooledRows(ArrayRows(target), ArrayRows(moved))
    whole = replace(plan.draws, pairs=plan.draws.pairs[plan.parts["whole"]])
    area = load_distance("c2st").measure(pool, whole, rng=np.random.default_rng(seed), track=untracked)
    assert area.interval is not None
    low, high = area.interval
    return Evidence(
        Area(float(area.values[0, 0]), (high - low) / (2 * NORMAL_95)),
        distance_of(target, moved, plan, seed=seed),
    )


def distance_of(target: Array, moved: Array, plan: Plan, *, seed: int) -> Distance:
    """Return the Fréchet distance between coordinates (n, k) and (m, k), whole and with blocks left out."""
    pool = PooledRows(ArrayRows(target), ArrayRows(moved))
    rng = np.random.default_rng(seed)
    found = load_distance("fid").measure(pool, plan.draws, rng=rng, track=untracked).values[0]
    return Distance(float(found[plan.parts["whole"][0]]), found[plan.parts["jackknife"]])


def paired_area(
    target: Array, moved: Array, groups: tuple[NDArray[np.generic], NDArray[np.generic]] | None
) -> PairedArea:
    """Return the area of scores (n,) and (m,), higher where more likely moved; groups as `plan_evidence`."""
    components = structural_components(target, moved)
    units = groups or (np.arange(len(target)), np.arange(len(moved)))
    numbered = [np.unique(side, return_inverse=True)[1] for side in units]
    return PairedArea(float(components[1].mean()), components, (numbered[0], numbered[1]))
