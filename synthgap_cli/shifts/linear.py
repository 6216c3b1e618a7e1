"""Linear maps between normal distributions: a matrix in the span of their directions, a gain elsewhere."""

# N rows, D latents, r directions of one normal distribution, k directions of both

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.normals import ShrunkNormal, fit_normal
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting
from synthgap_cli.statistics.rows import Rows

Array = NDArray[np.float64]

# from the covariances (k, k) of source and target to a matrix (k, k) that rows are multiplied by
MatrixOf = Callable[[Array, Array], Array]


def fit_linear(
    source: Rows,
    target: Rows,
    matrix_of: MatrixOf,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None,
    target_rows: NDArray[np.intp] | None,
) -> Parameters:
    """Return the parameters of `apply_linear`, fitted to three rows a side or more.

    Notes
    -----
    A covariance that is ``e I`` but for a few directions stays so under products, roots and inverses of
    its like. So a map made of these acts as a (k, k) matrix in the span of both sides' directions, and
    outside of it as the same expression of the two numbers ``e``; nothing is lost.
    """
    moments = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=3)
    rng = np.random.default_rng(setting.seed)
    before = fit_normal(source, source_rows, moments[0], rng=rng)
    after = fit_normal(target, target_rows, moments[1], rng=rng)
    span = _joint_span(before, after)
    elsewhere = matrix_of(np.array([[before.elsewhere]]), np.array([[after.elsewhere]]))[0]
    fitted = {
        "source-mean": before.mean,
        "target-mean": after.mean,
        "matrix": matrix_of(_covariance(before, span), _covariance(after, span)),
        "gain-elsewhere": elsewhere,  # (1,)
    }
    return fitted if span is None else {**fitted, "span": span}


def apply_linear(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, D) moved ``strength`` of the way; 0 changes no bit."""
    centred = latents - parameters["source-mean"]
    if "span" in parameters:
        span, gain = parameters["span"], parameters["gain-elsewhere"]
        inside = centred @ span.T  # (N, k)
        mapped = gain * centred + (inside @ parameters["matrix"] - gain * inside) @ span
    else:
        mapped = centred @ parameters["matrix"]
    return blend(latents, parameters["target-mean"] + mapped, strength)


def powers(covariance: Array, *exponents: float) -> list[Array]:
    """Return powers of a positive definite matrix (k, k), negative rounding errors taken as none."""
    variances, columns = np.linalg.eigh(covariance)
    variances = np.maximum(0, variances)
    return [(columns * variances**exponent) @ columns.T for exponent in exponents]


def _joint_span(first: ShrunkNormal, second: ShrunkNormal) -> Array | None:
    """Return orthonormal rows (k, D) that span the directions of both; None where that is everything."""
    joined = np.concatenate([first.directions, second.directions])
    if len(joined) >= joined.shape[1]:
        return None
    return np.linalg.qr(joined.T)[0].T


def _covariance(normal: ShrunkNormal, span: Array | None) -> Array:
    """Return the covariance (k, k) in the span's coordinates."""
    directions = normal.directions if span is None else normal.directions @ span.T  # (r, k)
    inside = directions.T * (normal.variances - normal.elsewhere) @ directions
    inside.flat[:: len(inside) + 1] += normal.elsewhere
    return inside
