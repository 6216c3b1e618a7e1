"""Each image gets the colours and contrasts, scale by scale, that real images most like it have."""

# N rows, M target rows, Z latents, H height, W width, B bands, D statistics of an image

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.blend import blend
from synthgap_cli.shifts.maps import Maps, by_maps, require_maps, shape_parameter
from synthgap_cli.shifts.methods import ot
from synthgap_cli.shifts.moments import fit_moments
from synthgap_cli.shifts.pyramid_statistics import (
    CHANNELS,
    build_pyramid,
    of_eigenvalues,
    read_statistics,
    statistics_of,
)
from synthgap_cli.shifts.shift import Parameters, Setting
from synthgap_cli.statistics.rows import ArrayRows, Rows, count_rows

Array = NDArray[np.float64]

RUNG = 8

AT_LEAST = 8  # rows a side
NEIGHBOURS = 3
MOST_EXAMPLES = 5_000  # real images kept; more make no nearer neighbour worth its search
MOST_GAIN = 6.0


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the statistics of the target's images, and the Monge map of the source's statistics onto them.

    ``examples`` (m, D) with their standard deviations ``scale`` (D,), ``latent-shape`` (3,), and what `ot`
    returns of the statistics. Rows are pixels in [0, 1] of colour images; eight a side are needed.

    Notes
    -----
    An image's statistics are its mean colour and, for each octave of a Laplacian pyramid, the covariance of
    its colours there: how strong its detail is, and of which colours. `ot` says where they would lie among
    real ones; the mean of the three real images that are nearest to that place is what the image gets, by one
    3x3 matrix an octave. A Gaussian map alone leads images of new scenes to where no real image is. That an
    image takes its contrast from another, octave by octave, is texture synthesis of Heeger and Bergen (1995,
    doi:10.1145/218380.218446) begun from the image itself; for one octave it is the colour transfer of
    Pitié and Kokaram (2007, doi:10.1049/cp:20070055).

    Raises
    ------
    InvalidInput
        Rows are no colour images.
    """
    shape = require_maps(setting, source, instead="ot")
    if shape[0] != CHANNELS:
        raise InvalidInput(
            f"pyramid moves images of 3 colours; these maps have {shape[0]} channels.",
            hint="Take it with --pixels, or channel-ot, which moves maps of any channels.",
        )
    fit_moments(source, target, source_rows=source_rows, target_rows=target_rows, at_least=AT_LEAST)
    before, after = (
        _describe(rows, chosen, shape, setting)
        for rows, chosen in ((source, source_rows), (target, target_rows))
    )
    own = replace(setting, latent_shape=(before.shape[1],))
    transport = ot.fit(ArrayRows(before), ArrayRows(after), setting=own)
    kept = np.random.default_rng(setting.seed).permutation(len(after))[:MOST_EXAMPLES]
    return {
        **transport,
        "examples": after[np.sort(kept)],
        "scale": np.maximum(after.std(axis=0), 1e-6),
        "latent-shape": shape_parameter(shape),
    }


def apply_to_maps(maps: Maps, parameters: Parameters, strength: float = 1.0) -> Maps:
    """Return the images (N, 3, H, W), of any height and width, moved ``strength`` of the way.

    Statistics are of the whole image, so a piece of one moves otherwise than the whole. Octaves are counted
    in pixels: an image is to be about as sharp at its size as those fitted on were at theirs.
    """
    if strength == 0:
        return maps.copy()
    moved = [
        _move(image[None], parameters) for image in maps
    ]  # one by one: statistics of others do not round
    return blend(maps, np.concatenate([np.empty((0, *maps.shape[1:]), np.float32), *moved]), strength)


apply = by_maps(apply_to_maps)


def rows_to_trust(num_latents: int) -> int:
    """Return 50: it estimates a covariance of 33 statistics, shrunk."""
    return 50


def _describe(
    table: Rows, rows: NDArray[np.intp] | None, shape: tuple[int, int, int], setting: Setting
) -> Array:
    blocks = setting.track(table.blocks(rows), "describing images")
    found = [statistics_of(build_pyramid(_as_maps(block, shape))) for block in blocks]
    assert sum(map(len, found)) == count_rows(table, rows)
    return np.concatenate(found)


def _as_maps(block: NDArray[np.floating], shape: tuple[int, int, int]) -> Maps:
    return block.astype(np.float32).reshape(-1, *shape)  # (n, Z) to (n, 3, H, W)


def _move(maps: Maps, parameters: Parameters) -> Maps:
    pyramid = build_pyramid(maps)
    means, wanted = read_statistics(_aims(statistics_of(pyramid), parameters))
    return pyramid.recoloured(means, _between(pyramid.covariances(), wanted))


def _aims(statistics: Array, parameters: Parameters) -> Array:
    """Return the mean statistics (N, D) of the real images nearest to where transport leads."""
    led = ot.apply(statistics.astype(np.float32), parameters)
    examples, scale = parameters["examples"], parameters["scale"]
    distances = (((led[:, None] - examples) / scale) ** 2).sum(axis=2)  # (N, m)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBOURS]
    aims: Array = examples[nearest].mean(axis=1)
    return aims


def _between(before: Array, after: Array) -> Array:
    """Return the Monge maps (N, B + 1, 3, 3) between covariances, whose gains are at most `MOST_GAIN`."""
    root, inverse = of_eigenvalues(before, np.sqrt), of_eigenvalues(before, _inverse_root)
    maps = inverse @ of_eigenvalues(root @ after @ root, np.sqrt) @ inverse
    symmetric = (maps + np.swapaxes(maps, -1, -2)) / 2
    return of_eigenvalues(symmetric, _limited)


def _inverse_root(values: Array) -> Array:
    return 1 / np.sqrt(values)


def _limited(values: Array) -> Array:
    return np.clip(values, 1 / MOST_GAIN, MOST_GAIN)
