"""Image files decoded and made square by several threads, in order and in bounded memory."""

# S size of the square

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import Track, untracked
from synthgap_cli.imaging.confounds import Confounds, read_confounds
from synthgap_cli.imaging.decode import WHITE, Colour, decode
from synthgap_cli.imaging.equalise import Treatment, equalise
from synthgap_cli.imaging.opening import BadImage, opened
from synthgap_cli.imaging.resize import Fit, fit_image
from synthgap_cli.imaging.scan import Found

_AHEAD = 4
"""Images a worker may be ahead of the reader: enough that one large image does not stop the others."""


@dataclass(frozen=True)
class Loaded:
    """An image that was read: its id, its pixels uint8 ``(S, S, 3)`` and what its header says."""

    id: str
    pixels: NDArray[np.uint8]
    confounds: Confounds


@dataclass(frozen=True)
class Rejected:
    """An image that could not be read: its id and why, in one line."""

    id: str
    reason: str


def load_images(
    found: Sequence[Found],
    *,
    size: int,
    fit: Fit = "crop",
    background: Colour = WHITE,
    treatment: Treatment | None = None,
    workers: int = 1,
    track: Track = untracked,
) -> Iterator[Loaded | Rejected]:
    """Yield each image decoded and made square, or the reason why it cannot be, in the order of ``found``.

    Parameters
    ----------
    found : sequence of Found
        As `scan` returns it.
    size, fit, background
        As `fit_image` takes them; transparent pixels are laid over the same background.
    treatment : Treatment, optional
        What each image goes through before it is made square, as `equalise` does it.
    workers : int
        Threads. Decoding and resizing release the interpreter's lock. What is yielded does not depend on it.
    """
    load = partial(_load, size=size, fit=fit, background=background, treatment=treatment)
    before = torch.get_num_threads()
    pool = ThreadPoolExecutor(workers, "images", initializer=torch.set_num_threads, initargs=(1,))
    try:
        waiting: deque[Future[Loaded | Rejected]] = deque()
        for image in track(found, "Reading images", len(found)):
            waiting.append(pool.submit(load, image))
            if len(waiting) > _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        # each worker set its own count to one, and with it the default of threads yet to come
        torch.set_num_threads(before)


def _load(
    image: Found, *, size: int, fit: Fit, background: Colour, treatment: Treatment | None
) -> Loaded | Rejected:
    try:
        with opened(image.path) as file:
            confounds = read_confounds(file)
            pixels = decode(file, background=background)
            if treatment is not None:
                pixels = equalise(pixels, treatment)
    except BadImage as bad:
        return Rejected(image.id, bad.reason)
    return Loaded(image.id, fit_image(pixels, size=size, fit=fit, background=background), confounds)
