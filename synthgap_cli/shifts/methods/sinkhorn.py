"""Entropic optimal transport in few dimensions: each row goes to a weighted mean of target rows."""

# N rows, Z latents, n source and m target rows fitted on, k dimensions of the subspace

from __future__ import annotations

import importlib.util
import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.shifts.subspace import Subspace, fit_subspace
from synthgap_cli.statistics.rows import Rows

Array = NDArray[np.float64]

RUNG = 10

REGULARISATION = 0.05  # in standard deviations of the cost
MAX_ROWS = 1000  # of a side that are fitted on: the plan is a matrix over pairs of rows
LEAST_VARIANCE = 0.5  # of the target's, below which the output counts as collapsed
_ITERATIONS, _TOLERANCE = 300, 1e-4  # of the columns' shares; the rows' are exact


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the subspace, target rows in it, and the price of each.

    ``source-mean``, ``target-mean`` (Z,) and ``directions`` (k, Z), k being 64 or less; ``points`` (m, k),
    ``log-weights`` (m,) and ``scale`` (1,), the regularisation in the unit of the cost. Up to 1,000 rows a
    side are fitted on, drawn by the seed where there are more; three are needed.

    Notes
    -----
    The cost is the inner product of centred rows, negative. It has the plan of the squared distance, which
    differs by a term for each row and one for each column, but not its large constant part: a
    regularisation in units of that would make every row's mean the mean of all.

    New rows go where the plan's potentials send them (Pooladian and Niles-Weed 2021, arXiv:2109.12004,
    equation 6), which for the rows fitted on is the barycentric projection. A mean of rows varies less than
    rows do. Outside of the subspace latents are only moved by the difference of means.

    Raises
    ------
    InputMissing
        POT is not installed.
    InvalidInput
        The source's rows arrive with less than half of the target's variance: the map has collapsed.

    References
    ----------
    Cuturi (2013), arXiv:1306.0895. Solved by POT (Flamary et al. 2021), in logarithms.
    """
    _require_pot()
    subspace = fit_subspace(source, target, setting=setting, source_rows=source_rows, target_rows=target_rows)
    rng = np.random.default_rng([setting.seed, 1])  # other numbers than the subspace's
    start = _draw(subspace.read_source(source, source_rows), rng)  # (n, k)
    points = _draw(subspace.read_target(target, target_rows), rng)  # (m, k)
    scale = REGULARISATION * float(np.std(start @ points.T))
    if scale == 0:
        raise InvalidInput(
            "There is no direction in which both sides vary, so no row is nearer to one than to another.",
            hint="Take --method mean.",
        )
    log_weights = _solve(start, points, scale)
    arrived = _project(start, points, log_weights, scale)
    share = float(arrived.var(axis=0).sum() / points.var(axis=0).sum())
    if not share >= LEAST_VARIANCE:
        raise InvalidInput(
            f"Transported latents keep {100 * share:.0f} % of the variance of those they were to be like.",
            hint="The map has collapsed towards the mean. Take --method ot.",
        )
    return {
        **subspace.parameters(),
        "points": points,
        "log-weights": log_weights,
        "scale": np.array([scale]),
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
    scale = float(parameters["scale"][0])
    arrived = _project(start, parameters["points"], parameters["log-weights"], scale)
    return subspace.moved(latents, arrived - start, strength)


def rows_to_trust(num_latents: int) -> int:
    """Return 100: it moves rows to means of those it was fitted on."""
    return 100


def _require_pot() -> None:
    if importlib.util.find_spec("ot") is None:
        raise InputMissing(
            "The shift sinkhorn needs POT, which is not installed.",
            hint="pip install 'synthgap[pot]', or take --method ot, which needs nothing.",
        )


def _draw(rows: Array, rng: np.random.Generator) -> Array:
    if len(rows) <= MAX_ROWS:
        return rows
    return rows[np.sort(rng.choice(len(rows), MAX_ROWS, replace=False))]


def _solve(start: Array, points: Array, scale: float) -> Array:
    """Return the logarithms (m,) of the plan's column factors."""
    import ot

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sinkhorn did not converge", UserWarning)
        _, log = ot.bregman.sinkhorn_log(
            np.full(len(start), 1 / len(start)),
            np.full(len(points), 1 / len(points)),
            -start @ points.T,
            scale,
            numItermax=_ITERATIONS,
            stopThr=_TOLERANCE,
            log=True,
        )
    return np.asarray(log["log_v"], dtype=np.float64)


def _project(start: Array, points: Array, log_weights: Array, scale: float) -> Array:
    """Return where rows (N, k) go: means of the points, weighted by the plan."""
    shares = softmax(start @ points.T / scale + log_weights, axis=1)  # (N, m)
    return np.asarray(shares @ points)
