"""Gaussian transport of the vectors that maps are made of, whatever image or position they are from."""

# N images, n images fitted on, C channels, H height, W width, P vectors of an image, D components of a vector

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.common_shrinkage import common_basis, shrunk_in
from synthgap_cli.shifts.maps import Maps, shape_parameter
from synthgap_cli.shifts.methods.ot import monge_matrix
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import Rows, count_rows

Array = NDArray[np.float64]

# from a map (C, H, W), less its channels' means, to its vectors (P, D); the generator draws, if any are drawn
VectorsOf = Callable[[Array, np.random.Generator], Array]

AT_LEAST = 2  # rows a side
_AT_ONCE = 64  # images whose vectors are in memory: nine times the images, of patches


@dataclass(frozen=True)
class _Side:
    """Rows of maps, the mean of each channel over rows and positions, and how vectors are made of a map."""

    rows: Rows
    chosen: NDArray[np.intp] | None
    shape: tuple[int, int, int]
    mean: Array  # (C,)
    vectors_of: VectorsOf
    seed: list[int]

    @property
    def num_rows(self) -> int:
        return count_rows(self.rows, self.chosen)

    def covariance(self) -> Array:
        """Return the mean over images of their scatters, means of the squares of their vectors, (D, D)."""
        total: Array | float = 0.0
        for vectors in self._blocks():
            flat = vectors.reshape(-1, vectors.shape[2])  # (n, P, D) to (n P, D)
            total += flat.T @ flat / vectors.shape[1]
        return np.asarray(total / self.num_rows)

    def fourth(self, basis: Array) -> float:
        """Return the mean over images of the sum of their scatters' squared entries, in a basis (D, r)."""
        total = 0.0
        for vectors in self._blocks():
            seen = vectors @ basis  # (n, P, r)
            turned = seen.swapaxes(1, 2)
            products = seen @ turned if seen.shape[1] < seen.shape[2] else turned @ seen  # as large in sum
            total += float(np.sum((products / seen.shape[1]) ** 2))
        return total / self.num_rows

    def _blocks(self) -> Iterator[Array]:
        """Yield the vectors (n, P, D) of some images after others: the same ones in each pass."""
        rng = np.random.default_rng(self.seed)
        for block in self.rows.blocks(self.chosen):
            for start in range(0, len(block), _AT_ONCE):
                maps = block[start : start + _AT_ONCE].reshape(-1, *self.shape)  # (n, C, H, W)
                centred = maps - self.mean[:, None, None]
                yield np.stack([self.vectors_of(one, rng) for one in centred])


def fit_map_transport(
    source: Rows,
    target: Rows,
    vectors_of: VectorsOf,
    *,
    shape: tuple[int, int, int],
    setting: Setting,
    source_rows: NDArray[np.intp] | None,
    target_rows: NDArray[np.intp] | None,
) -> Parameters:
    """Return ``source-mean`` and ``target-mean`` (C,), ``matrix`` (D, D) and ``latent-shape`` (3,).

    The matrix is the Monge map between the two normal distributions of vectors about their channels' means.
    Each image counts as much as any other. Memory is that of some D x D matrices and of a block of rows,
    which are read three times.

    Raises
    ------
    InvalidInput
        A side has fewer than two rows or other components than the other, nothing varies on either, or a
        value is not finite.
    """
    moments = fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=AT_LEAST)
    before, after = (
        _Side(
            rows, chosen, shape, side.mean.reshape(shape[0], -1).mean(axis=1), vectors_of, [setting.seed, k]
        )
        for k, (rows, chosen, side) in enumerate(
            zip((source, target), (source_rows, target_rows), moments, strict=True)
        )
    )
    return {
        "source-mean": before.mean,
        "target-mean": after.mean,
        "matrix": _transport(before, after),
        "latent-shape": shape_parameter(shape),
    }


def correlate(maps: Maps, kernel: Array, parameters: Parameters, strength: float) -> Maps:
    """Return maps (N, C, H, W) less the source's mean, met with a kernel (K, K, C, C), at the target's mean.

    ``kernel[i, j]`` multiplies the channels that stand ``i - K // 2`` below and ``j - K // 2`` right of a
    position. Beyond their edges maps go on as mirrored.
    """
    height, width = maps.shape[2:]
    reach = len(kernel) // 2
    centred = maps - parameters["source-mean"][:, None, None]
    sides = (reach, reach)
    padded = np.pad(centred, ((0, 0), (0, 0), sides, sides), mode="symmetric")
    moved = np.zeros(maps.shape)
    for row, column in np.ndindex(*kernel.shape[:2]):
        window = padded[:, :, row : row + height, column : column + width]
        product = kernel[row, column] @ window.reshape(*maps.shape[:2], -1)  # (N, C, H W)
        moved += product.reshape(maps.shape)
    return blend(maps, parameters["target-mean"][:, None, None] + moved, strength)


def _transport(before: _Side, after: _Side) -> Array:
    """Return the Monge map (D, D); the identity along directions in which nothing varies on either side."""
    covariances = before.covariance(), after.covariance()
    if not any(covariance.any() for covariance in covariances):
        raise InvalidInput(
            "All positions of all rows to fit on are equal, so they have no covariance.",
            hint="Is the VAE collapsed? --method mean needs no covariance.",
        )
    basis = common_basis(*covariances)
    shrunk = (
        shrunk_in(basis, covariance, fourth=side.fourth(basis.whitening), n=side.num_rows)
        for side, covariance in zip((before, after), covariances, strict=True)
    )
    directions = basis.directions
    inside = monge_matrix(*shrunk) - np.eye(directions.shape[1])
    matrix = np.eye(len(directions)) + directions @ inside @ directions.T
    return (matrix + matrix.T) / 2
