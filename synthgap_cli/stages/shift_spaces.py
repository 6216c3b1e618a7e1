"""What a shift moves: latents of a VAE, or pixels, a latent space whose decoder is the identity."""

# N rows, n rows of one block, Z latents

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import InvalidInput
from synthgap_cli.imaging.pixel_rows import PixelRows, to_images
from synthgap_cli.shifts.shift import is_map_shift, load_shift
from synthgap_cli.stages.vae import vae_of
from synthgap_cli.statistics.rows import Rows
from synthgap_cli.store.files import read_header
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Parent
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.space import require_space
from synthgap_cli.store.views import StoredImages, StoredMatrix
from synthgap_cli.store.writer import StoreWriter
from synthgap_cli.study_dir import STDIN

PIXELS = "pixels"  # the step between images and their shift

Append = Callable[[NDArray[np.float32]], None]


class Space(Protocol):
    """Where rows come from and what they become."""

    @property
    def kind(self) -> Kind:
        """Of the stores that hold the rows, and the moved rows."""
        ...

    def require_one_space(self, fitted: Header, source: Header, method: str | None = None) -> None:
        """Raise InvalidInput unless rows of both stores are told by the same numbers.

        With a ``method``, what it was fitted to in the first need only be good for rows of the second.
        """

    def rows(self, store: Store) -> Rows:
        """Return the rows (N, Z) of an open store."""
        ...

    def shape(self, store: Store) -> tuple[int, ...]:
        """Return the shape of a row, channels first."""
        ...

    def steps(self, source: Header, tag: str) -> tuple[str, ...]:
        """Return the steps of what a shift makes of ``source``."""
        ...

    def other_parents(self, source: Header, *, child: Path) -> tuple[Parent, ...]:
        """Return what rows depend on beside the stores that they are in."""
        ...

    def appender(self, writer: StoreWriter, source: Store, path: Path) -> Append:
        """Return what takes moved rows (n, Z), block by block; there has to be room on the disk."""
        ...


class Latents:
    """The latents of a VAE."""

    kind = Kind.LATENTS

    def require_one_space(self, fitted: Header, source: Header, method: str | None = None) -> None:
        """Raise InvalidInput unless both were encoded by one VAE."""
        if fitted.attributes["vae-sha256"] != source.attributes["vae-sha256"]:
            raise InvalidInput(
                f"{fitted.path} and {source.path} were encoded by different VAEs.",
                hint="A shift holds for latents of the VAE that it was fitted to.",
            )

    def rows(self, store: Store) -> Rows:
        """Return the latents (N, Z) of an open store."""
        return StoredMatrix(store.dataset("mean"))

    def shape(self, store: Store) -> tuple[int, ...]:
        """Return the latent shape."""
        return tuple(store.header.attributes["latent-shape"])

    def steps(self, source: Header, tag: str) -> tuple[str, ...]:
        """Return the steps of the latents, and the shift's."""
        return (*source.steps, tag)

    def other_parents(self, source: Header, *, child: Path) -> tuple[Parent, ...]:
        """Return the VAE."""
        return (vae_of(source).as_parent("vae", child=child),)

    def appender(self, writer: StoreWriter, source: Store, path: Path) -> Append:
        """Return what takes moved latents (n, Z)."""
        append: Append = writer.rows("mean", self.rows(source).shape[1:], "float32").append
        return append


class Pixels:
    """The pixels of images, each between 0 and 1."""

    kind = Kind.IMAGES

    def require_one_space(self, fitted: Header, source: Header, method: str | None = None) -> None:
        """Raise InvalidInput unless images are of one size, or the method works at any."""
        if method is not None and is_map_shift(load_shift(method)):
            return
        sizes = [_size(header) for header in (fitted, source)]
        if sizes[0] == sizes[1]:
            return
        told = f"{fitted.path} holds images of {_by(sizes[0])} pixels, {source.path} of {_by(sizes[1])}"
        if method is None:
            raise InvalidInput(f"{told}.", hint="A shift is fitted to one size: prepare both at one --size.")
        raise InvalidInput(
            f"{told}, and {method} moves each pixel by where it is.",
            hint="Take one that works at any size: adain, channel-ot, patch-ot, fourier or pyramid.",
        )

    def rows(self, store: Store) -> Rows:
        """Return the pixels (N, 3 H W) of an open store."""
        return PixelRows(StoredImages(store.dataset("images")))

    def shape(self, store: Store) -> tuple[int, ...]:
        """Return (3, H, W)."""
        height, width, channels = store.dataset("images").shape[1:]
        return channels, height, width

    def steps(self, source: Header, tag: str) -> tuple[str, ...]:
        """Return the steps of the images, ``pixels`` and the shift's."""
        return (*source.steps, PIXELS, tag)

    def other_parents(self, source: Header, *, child: Path) -> tuple[Parent, ...]:
        """Return nothing: no network comes between images and their pixels."""
        return ()

    def appender(self, writer: StoreWriter, source: Store, path: Path) -> Append:
        """Return what takes moved pixels (n, 3 H W) and writes images, clipped and rounded."""
        shape = self.shape(source)
        stored = source.dataset("images")
        require_space(path, stored.size)
        images = writer.rows("images", stored.shape[1:], "uint8")

        def append(rows: NDArray[np.float32]) -> None:
            images.append(to_images(rows, shape))

        return append


SPACES: dict[Kind, Space] = {space.kind: space for space in (Latents(), Pixels())}


def kinds_to_shift(stores: Sequence[str], *, pixels: bool, fitted: str | None) -> list[Kind]:
    """Return of which kinds the stores may be that a shift is asked for.

    Those named say it themselves. Where they are looked for, or come from a pipe, it is the kind of the store
    whose shift is applied again; otherwise latents, but for ``pixels``.
    """
    if pixels:
        return [Kind.IMAGES]
    if stores and STDIN not in stores:
        return list(SPACES)
    kind = read_header(Path(fitted)).kind if fitted else Kind.LATENTS
    return [kind if kind in SPACES else Kind.LATENTS]


def space_of(header: Header) -> Space:
    """Return the space that the rows of a store of latents or images are in."""
    return SPACES[header.kind]


def _size(header: Header) -> tuple[Any, ...]:
    with open_store(header.path, Kind.IMAGES) as store:
        return tuple(store.dataset("images").shape[1:3])


def _by(size: tuple[Any, ...]) -> str:
    return " x ".join(map(str, size))
