"""Batches of rows, read ahead while the device computes."""

# N images, H height, W width

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource


def iterate_batches(
    images: ImageSource, batches: Sequence[NDArray[np.intp]], *, ahead: int = 2
) -> Iterator[NDArray[np.uint8]]:
    """Yield uint8 ``(n, H, W, 3)`` for each array of rows, ``ahead`` of them read in advance."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        waiting: deque[Future[NDArray[np.uint8]]] = deque()
        for rows in batches:
            waiting.append(reader.submit(images.__getitem__, rows))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def split_batches(rows: NDArray[np.intp], batch_size: int) -> list[NDArray[np.intp]]:
    """Return the rows cut into consecutive batches, the last one possibly shorter."""
    return [rows[start : start + batch_size] for start in range(0, len(rows), batch_size)]
