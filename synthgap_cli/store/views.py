"""Parts of open stores as the domain rooms want them: images by row, matrices by block."""

# N images or rows, H height, W width, D columns

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource

BLOCK_BYTES = 8 << 20
HELD_BYTES = 128 << 20  # of a store whose images are asked for again and again


class StoredImages:
    """The images of an open store, read when asked for.

    Up to 128 MiB of them are held once a tenth as many have been asked for as there are: whoever goes on will
    ask for all, in a training many times, and would wait for the file longer than for the network.
    """

    def __init__(self, dataset: h5py.Dataset) -> None:
        self._dataset = dataset
        self.shape: tuple[int, ...] = dataset.shape  # (N, H, W, 3)
        self._asked_for = 0
        self._held: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: NDArray[np.intp], /) -> NDArray[np.uint8]:
        many = 10 * self._asked_for >= len(self)
        if self._held is None and many and self._dataset.nbytes <= HELD_BYTES:
            self._held = self._dataset[...]
        if self._held is not None:
            return self._held[rows]
        self._asked_for += len(rows)
        out = np.empty((len(rows), *self.shape[1:]), np.uint8)
        for position, row in enumerate(rows):  # a chunk is one image: a loop beats fancy indexing
            self._dataset.read_direct(out, np.s_[row], np.s_[position])
        return out


class JoinedImages:
    """Several image sources of one size as one, the rows numbered on."""

    def __init__(self, sources: Sequence[ImageSource]) -> None:
        self._sources = list(sources)
        self._starts = np.cumsum([0, *(len(source) for source in sources)])
        self.shape: tuple[int, ...] = (int(self._starts[-1]), *sources[0].shape[1:])

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: NDArray[np.intp], /) -> NDArray[np.uint8]:
        out = np.empty((len(rows), *self.shape[1:]), np.uint8)
        owner = np.searchsorted(self._starts, rows, side="right") - 1
        for index in np.unique(owner):
            mine = owner == index
            out[mine] = self._sources[index][rows[mine] - self._starts[index]]
        return out


class StoredMatrix:
    """A matrix of an open store, read in blocks of consecutive rows."""

    def __init__(self, dataset: h5py.Dataset) -> None:
        self._dataset = dataset
        self.shape: tuple[int, int] = dataset.shape  # (N, D)

    def blocks(
        self, rows: NDArray[np.intp] | None = None, *, rows_per_block: int | None = None
    ) -> Iterator[NDArray[np.float32]]:
        """Yield float32 ``(n, D)``: all rows in order, or the ascending ``rows`` of them.

        A block spans ``rows_per_block`` stored rows, by default about 8 MiB of them.
        """
        step = rows_per_block or self._rows_per_block()
        for start in range(0, self.shape[0], step):
            stop = min(start + step, self.shape[0])
            if rows is None:
                yield self._dataset[start:stop]
                continue
            low, high = np.searchsorted(rows, (start, stop))
            if high > low:
                yield self._dataset[start:stop][rows[low:high] - start]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401, FBT001
        return np.asarray(self._dataset[...], dtype=dtype)

    def _rows_per_block(self) -> int:
        per_chunk = int(self._dataset.chunks[0]) if self._dataset.chunks else 1
        per_block = max(1, BLOCK_BYTES // max(1, self.shape[1] * int(self._dataset.dtype.itemsize)))
        return max(per_chunk, per_block // per_chunk * per_chunk)
