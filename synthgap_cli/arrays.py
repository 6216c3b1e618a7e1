"""What passes between rooms: images by row, and progress."""

# N images, H height, W width

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")


class ImageSource(Protocol):
    """Images read by row: a numpy array, or an images store that does not fit into memory."""

    @property
    def shape(self) -> tuple[int, ...]:
        """``(N, H, W, 3)``."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, rows: NDArray[np.intp], /) -> Any:  # noqa: ANN401  numpy's own type varies
        """Return uint8 ``(n, H, W, 3)``, the rows in the order asked for."""
        ...


class Track(Protocol):
    """Yields what it is given, and tells somebody how far it is."""

    def __call__(self, items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
        """Yield ``items``; ``total`` is their number where ``len`` does not say it."""
        ...


def untracked(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Yield ``items`` and tell nobody."""
    return iter(items)
