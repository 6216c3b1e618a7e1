"""Normal distributions with shrunk covariances, kept without a D x D matrix where rows are few."""

# N rows, D latents, n rows fitted on, r directions of a covariance, b rows of one block

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.moments import Moments
from synthgap_cli.statistics.rows import Rows

Array = NDArray[np.float64]

MAX_RANK = 2048  # directions beyond which a covariance is not taken apart exactly
_OVERSAMPLED = 64  # more directions than kept, so that the last ones kept are right
_LEAST_SHRINKAGE = 1e-6  # leaves no direction without variance; estimates are smaller beyond 1e5 rows only


@dataclass(frozen=True)
class ShrunkNormal:
    """A mean (D,), orthonormal directions (r, D), their variances (r,), and the variance ``elsewhere``."""

    mean: Array
    directions: Array
    variances: Array
    elsewhere: float


class Spectrum(NamedTuple):
    """A covariance of n rows, with ``n - 1`` below, taken apart as far as it is worth it."""

    directions: Array  # (r, D)
    variances: Array  # (r,)
    squares: float  # the sum of its squared entries
    fourth: float  # the mean over rows of their squared distance to the mean, squared


def fit_normal(
    table: Rows, rows: NDArray[np.intp] | None, moments: Moments, *, rng: np.random.Generator
) -> ShrunkNormal:
    """Return the normal distribution of these rows, shrunk towards equal variances.

    Parameters and errors are those of `take_apart`.

    References
    ----------
    Ledoit and Wolf (2004), doi:10.1016/S0047-259X(03)00096-4. Their share is applied to the covariance with
    ``n - 1`` below instead of n, so that sides of different size compare.
    """
    spectrum = take_apart(table, rows, moments, rng=rng)
    return _shrink(spectrum, moments.mean, moments.n, float(moments.variance.sum()))


def take_apart(
    table: Rows, rows: NDArray[np.intp] | None, moments: Moments, *, rng: np.random.Generator
) -> Spectrum:
    """Return the directions of these rows' covariance, and its variances along them.

    Parameters
    ----------
    table, rows
        Latents ``(N, D)`` and which of them; as given to `stream_moments` for ``moments``.
    moments : Moments
        Of these rows, three of them or more.
    rng : Generator
        Draws the directions of a sketch, which is made of more than `MAX_RANK` rows of more latents.

    Raises
    ------
    InvalidInput
        All rows are equal, so that there is no covariance to speak of.

    Notes
    -----
    Of no more than D and `MAX_RANK` rows, and of up to `MAX_RANK` latents, the covariance is exact: in
    the span of the rows, or as a matrix. Of others the `MAX_RANK` leading directions are found by one
    subspace iteration (Halko, Martinsson and Tropp 2011, doi:10.1137/090771806, algorithm 4.4); what
    variance is left is for the caller to spread over the others.
    """
    if not moments.variance.any():
        raise InvalidInput(
            f"All {moments.n} rows to fit on are equal, so they have no covariance.",
            hint="Is the VAE collapsed? --method mean needs no covariance.",
        )
    num_latents = len(moments.mean)
    if moments.n <= min(num_latents, MAX_RANK):
        return _of_few_rows(_centred(table, rows, moments.mean), moments.n)
    if num_latents <= MAX_RANK:
        return _of_few_latents(_centred(table, rows, moments.mean), moments)
    return _sketched(table, rows, moments, rng)


def _shrink(spectrum: Spectrum, mean: Array, n: int, trace: float) -> ShrunkNormal:
    num_latents = len(mean)
    directions, variances, squares, fourth = spectrum
    level = trace / num_latents
    biased = (n - 1) / n
    dispersion = biased**2 * (squares - trace * level)
    noise = (fourth - biased**2 * squares) / n
    share = 1.0 if noise >= dispersion else max(_LEAST_SHRINKAGE, noise / dispersion)
    left = num_latents - len(variances)
    rest = max(0.0, trace - float(variances.sum())) / left if left else 0.0
    kept = (1 - share) * np.maximum(0, variances)
    return ShrunkNormal(mean, directions, kept + share * level, (1 - share) * rest + share * level)


def _centred(table: Rows, rows: NDArray[np.intp] | None, mean: Array) -> Iterator[Array]:
    for block in table.blocks(rows):
        yield block - mean


def _of_few_rows(blocks: Iterator[Array], n: int) -> Spectrum:
    centred = np.concatenate(list(blocks))  # (n, D)
    fourth = float(np.mean(np.sum(centred**2, axis=1) ** 2))
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    variances = lengths[:-1] ** 2 / (n - 1)  # centred rows span one direction less
    return Spectrum(directions[:-1], variances, float(np.sum(variances**2)), fourth)


def _of_few_latents(blocks: Iterator[Array], moments: Moments) -> Spectrum:
    covariance = np.zeros((len(moments.mean), len(moments.mean)))
    fourth = 0.0
    for block in blocks:
        covariance += block.T @ block / (moments.n - 1)
        fourth += float(np.sum(np.sum(block**2, axis=1) ** 2)) / moments.n
    variances, columns = np.linalg.eigh(covariance)
    return Spectrum(columns.T, variances, float(np.sum(variances**2)), fourth)


def _sketched(
    table: Rows, rows: NDArray[np.intp] | None, moments: Moments, rng: np.random.Generator
) -> Spectrum:
    """Return the leading directions from two passes; the products are float32, which is twice as fast.

    The squares of a covariance that meets unit normal columns have its own sum of squares as expectation.
    """
    probes = rng.standard_normal((len(moments.mean), MAX_RANK + _OVERSAMPLED), dtype=np.float32)
    product, fourth = _times_covariance(table, rows, moments, probes)
    squares = float(np.sum(np.square(product))) / probes.shape[1]
    basis = np.linalg.qr(product)[0]
    product, _ = _times_covariance(table, rows, moments, basis)
    variances, columns = np.linalg.eigh(basis.T @ product)  # (r, r) in ascending order
    directions = (basis @ columns[:, -MAX_RANK:]).T
    return Spectrum(directions.astype(np.float64), variances[-MAX_RANK:].astype(np.float64), squares, fourth)


def _times_covariance(
    table: Rows, rows: NDArray[np.intp] | None, moments: Moments, probes: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float]:
    """Return the covariance times probes (D, r), and the fourth moment of the rows."""
    product = np.zeros_like(probes)
    fourth = 0.0
    for block in _centred(table, rows, moments.mean):
        narrow = block.astype(np.float32)  # (b, D)
        product += narrow.T @ (narrow @ probes)
        fourth += float(np.sum(np.sum(block**2, axis=1) ** 2)) / moments.n
    product /= moments.n - 1
    return product, fourth
