"""Fréchet distance that infinitely many images would have, extrapolated from several sample sizes."""

# N pooled rows, K draws, n rows of a subset

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.devices import map_batches
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._gaussians import CPU, fit_normal, frechet_distance
from synthgap_cli.distances.pool import PooledRows

NUMBERS = (Number("fid_infinity"),)
PERMUTED = False
JACKKNIFED = False

PARTS = (1, 2, 3)  # how many parts the rows are dealt into: evenly spaced in 1 / n


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator, track: Track = untracked
) -> Measured:
    """Return the intercept of the Fréchet distance on 1 / n, in the features' unit squared.

    Both sets are compared whole, as two random halves and as three thirds (means over the parts), and a line
    is laid through the three. The paper lays it through fifteen random subsets of 5,000 to 50,000; disjoint
    parts give a steadier line for less work. The leading term of the bias goes; what is left can have either
    sign, and with fewer rows than a few times the components the line does not hold.

    References
    ----------
    Chong and Forsyth (2020), Effectively unbiased FID, arXiv:1911.07023, section 4.
    """
    jobs = zip(draws.pairs, rng.spawn(len(draws.pairs)), strict=True)

    def extrapolate(job: tuple[NDArray[np.intp], np.random.Generator]) -> float:
        (first, second), own_rng = job
        return _extrapolate(pool, draws.rows(first), draws.rows(second), own_rng)

    found = map_batches(extrapolate, jobs, device=CPU)
    return Measured(np.array([list(track(found, "extrapolated Fréchet distances", len(draws.pairs)))]))


def _extrapolate(
    pool: PooledRows, first: NDArray[np.intp], second: NDArray[np.intp], rng: np.random.Generator
) -> float:
    if min(len(first), len(second)) < 2 * PARTS[-1]:
        return float("nan")
    distances = [
        np.mean(
            [
                frechet_distance(fit_normal(pool, one), fit_normal(pool, other))
                for one, other in zip(_deal(first, parts, rng), _deal(second, parts, rng), strict=True)
            ]
        )
        for parts in PARTS
    ]
    return float(np.polynomial.Polynomial.fit(PARTS, distances, 1).convert().coef[0])


def _deal(rows: NDArray[np.intp], parts: int, rng: np.random.Generator) -> list[NDArray[np.intp]]:
    return [np.sort(part) for part in np.array_split(rng.permutation(rows), parts)]
