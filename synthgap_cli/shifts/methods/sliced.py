"""Iterated one-dimensional transport: from one random view after another, distributions are matched."""

# N rows, Z latents, k dimensions of the subspace, I views, K knots

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.monotone import join_ties, match, quantile_knots
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.shifts.subspace import Subspace, fit_subspace
from synthgap_cli.statistics.rows import Rows

RUNG = 9

VIEWS = 20
MAX_KNOTS = 17
ROWS_BETWEEN_KNOTS = 10  # or more: steep pieces of one view are what the next ones start from, and grow


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the subspace and, for each view, its axes and the knots along them.

    ``source-mean``, ``target-mean`` (Z,) and ``directions`` (k, Z), k being 64 or less; ``axes`` (I k, k),
    ``source-knots`` and ``target-knots`` (I k, K), one view below the other; K is 17, or fewer with less than
    170 rows a side. Three rows a side are needed,
    and memory for all rows in k dimensions.

    Notes
    -----
    A view is a random orthogonal basis; along each of its axes the source takes the target's quantiles.
    The next view starts from what that made of the source. Outside of the subspace latents are only moved
    by the difference of means.

    References
    ----------
    Pitié, Kokaram and Dahyot (2007), doi:10.1016/j.cviu.2006.11.011, algorithm 1; Rabin et al. (2012),
    doi:10.1007/978-3-642-24785-9_37.
    """
    subspace = fit_subspace(source, target, setting=setting, source_rows=source_rows, target_rows=target_rows)
    moving = subspace.read_source(source, source_rows)  # (n, k)
    aim = subspace.read_target(target, target_rows)  # (m, k)
    rng = np.random.default_rng([setting.seed, 1])  # other numbers than the subspace's
    count = min(MAX_KNOTS, max(2, min(len(moving), len(aim)) // ROWS_BETWEEN_KNOTS))
    axes, source_knots, target_knots = [], [], []
    for _ in range(VIEWS):
        view = _random_basis(moving.shape[1], rng)
        seen = moving @ view.T
        before = quantile_knots(seen.T.copy(), count)
        after = join_ties(before, quantile_knots((aim @ view.T).T.copy(), count))
        moving += (match(seen, before, after) - seen) @ view
        axes.append(view)
        source_knots.append(before)
        target_knots.append(after)
    tables = {"axes": axes, "source-knots": source_knots, "target-knots": target_knots}
    return {
        **subspace.parameters(),
        **{name: np.concatenate(arrays) for name, arrays in tables.items()},
    }


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
    subspace = Subspace.stored(parameters)
    start = subspace.source(latents)  # (N, k)
    moving = start.copy()
    names = ("axes", "source-knots", "target-knots")
    views = (np.split(parameters[name], VIEWS) for name in names)
    for view, before, after in zip(*views, strict=True):
        seen = moving @ view.T
        moving += (match(seen, before, after) - seen) @ view
    return subspace.moved(latents, moving - start, strength)


def rows_to_trust(num_latents: int) -> int:
    """Return 170, from which on a view has all its knots."""
    return MAX_KNOTS * ROWS_BETWEEN_KNOTS


def _random_basis(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return an orthogonal matrix (k, k), uniform (Stewart 1980, doi:10.1137/0717034)."""
    basis, triangle = np.linalg.qr(rng.standard_normal((size, size)))
    return np.asarray(basis * np.sign(np.diag(triangle)))
