"""The few directions in which latents vary most, for maps that cannot be fitted in all of them."""

# N rows, D latents, r directions of one side, k dimensions of the subspace

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.normals import take_apart
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows

Array = NDArray[np.float64]

MAX_DIMENSIONS = 64
AT_LEAST = 3  # rows a side


@dataclass(frozen=True)
class Subspace:
    """Means (D,) of both sides, and the orthonormal directions (k, D) in which a map acts.

    Outside of them a map only moves latents by the difference of the means.
    """

    source_mean: Array
    target_mean: Array
    directions: Array

    def parameters(self) -> Parameters:
        """Return the subspace as a shift stores it."""
        return {
            "source-mean": self.source_mean,
            "target-mean": self.target_mean,
            "directions": self.directions,
        }

    @classmethod
    def stored(cls, parameters: Parameters) -> Subspace:
        """Return the subspace that a shift has stored."""
        return cls(parameters["source-mean"], parameters["target-mean"], parameters["directions"])

    def source(self, latents: NDArray[np.floating]) -> Array:
        """Return coordinates (N, k) about the source's mean."""
        return (latents - self.source_mean) @ self.directions.T

    def read_source(self, table: Rows, rows: NDArray[np.intp] | None) -> Array:
        """Return coordinates (n, k) of rows to fit on."""
        return np.concatenate([self.source(block) for block in table.blocks(rows)])

    def read_target(self, table: Rows, rows: NDArray[np.intp] | None) -> Array:
        """Return coordinates (n, k), about the target's mean, of rows to fit on."""
        directions = self.directions.T
        return np.concatenate([(block - self.target_mean) @ directions for block in table.blocks(rows)])

    def moved(self, latents: NDArray[np.float32], by: Array, strength: float) -> NDArray[np.float32]:
        """Return latents (N, D) moved by the difference of means and by (N, k), times ``strength``."""
        offset = self.target_mean - self.source_mean
        return blend(latents, latents + offset + by @ self.directions, strength)


def fit_subspace(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None,
    target_rows: NDArray[np.intp] | None,
) -> Subspace:
    """Return the 64 leading principal directions of both sides' covariances together, or all of space.

    Fewer than 64 where the rows span no more.

    Raises
    ------
    InvalidInput
        The two differ in D, a side has fewer than three rows or, of more than 64 latents, only equal
        ones; a value is not finite.
    """
    sides = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=AT_LEAST)
    num_latents = len(sides[0].mean)
    if num_latents <= MAX_DIMENSIONS:  # principal directions would only turn the axes, by chance where alike
        return Subspace(sides[0].mean, sides[1].mean, np.eye(num_latents))
    rng = np.random.default_rng(setting.seed)
    spectra = (
        take_apart(source, source_rows, sides[0], rng=rng),
        take_apart(target, target_rows, sides[1], rng=rng),
    )
    scaled = [np.sqrt(np.maximum(0, each.variances))[:, None] * each.directions for each in spectra]
    return Subspace(sides[0].mean, sides[1].mean, _leading(np.concatenate(scaled)))


def _leading(scaled: Array) -> Array:
    """Return the leading right singular vectors (k, D), from the products of rows (2 r, D)."""
    squares, columns = np.linalg.eigh(scaled @ scaled.T)  # ascending
    kept = np.flatnonzero(squares > 1e-10 * squares[-1])[-MAX_DIMENSIONS:]
    vectors = (columns[:, kept] / np.sqrt(squares[kept])).T @ scaled
    return np.linalg.qr(vectors[::-1].T)[0].T
