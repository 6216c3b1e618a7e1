"""Fréchet distance between normal distributions fitted to the two sets; on Inception features, FID."""

# N pooled rows, K draws

from __future__ import annotations

from functools import partial

import numpy as np

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.devices import map_batches
from synthgap_cli.distances.draws import Draws
from synthgap_cli.distances.measure import Measured, Number
from synthgap_cli.distances.measures._gaussians import CPU, fit_normal, frechet_distance
from synthgap_cli.distances.pool import PooledRows

NUMBERS = (Number("fid"),)
PERMUTED = False
JACKKNIFED = False


def measure(
    pool: PooledRows, draws: Draws, *, rng: np.random.Generator | None = None, track: Track = untracked
) -> Measured:
    """Return the squared Fréchet distance, in the features' unit squared.

    Covariances have ``n - 1`` below. The estimate is too large: two samples of n rows of one unit normal
    distribution are on average ``D (D + 5) / (2 n)`` apart to first order, which for D = 1280 and n = 10,000
    is 82. So it means nothing without its floor.

    References
    ----------
    Heusel et al. (2017), GANs trained by a two time-scale update rule, arXiv:1706.08500, equation 6;
    Dowson and Landau (1982), doi:10.1016/0047-259X(82)90077-X.
    """
    units = _sharing_subsets(draws.pairs.tolist())
    compute = partial(_distances, pool, draws)
    found = track(map_batches(compute, units, device=CPU), "Fréchet distances", len(units))
    return Measured(np.array([[value for values in found for value in values]]))


def _sharing_subsets(pairs: list[list[int]]) -> list[list[list[int]]]:
    """Return the pairs in their order, cut where one shares no subset with those since the last cut."""
    units: list[list[list[int]]] = []
    for pair in pairs:
        if units and any(subset in shared for shared in units[-1] for subset in pair):
            units[-1].append(pair)
        else:
            units.append([pair])
    return units


def _distances(pool: PooledRows, draws: Draws, pairs: list[list[int]]) -> list[float]:
    """Return the distances of draws between a few subsets, each of which is fitted once."""
    if draws.sizes[pairs].min() < 2:
        return [float("nan")] * len(pairs)
    normals = {subset: fit_normal(pool, draws.rows(subset)) for subset in np.unique(pairs)}
    return [frechet_distance(normals[first], normals[second]) for first, second in pairs]
