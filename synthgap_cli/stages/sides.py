"""Image stores under one judge: whom it judges, and their rows as one."""

# N images of all sides, the reference's first

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource
from synthgap_cli.imaging.reduced import ReducedImages
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.run import Reporter
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Parent
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.samples import Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import JoinedImages, StoredImages


@dataclass(frozen=True)
class Subject:
    """Whom a judge judges: a reference and its candidate, or one store alone."""

    stores: tuple[Header, ...]
    name: str
    steps: tuple[str, ...]

    @classmethod
    def of_pair(cls, pair: Pair) -> Subject:
        """Return both sides, to be told apart."""
        return cls((pair.reference, pair.candidate), pair.name, pair.steps)

    @classmethod
    def of_store(cls, store: Header) -> Subject:
        """Return one store, to be scored."""
        return cls((store,), ".".join((store.domain, *store.steps)), store.steps)

    def parents(self, *, child: Path) -> tuple[Parent, ...]:
        """Return how a file at ``child`` refers to the stores."""
        return tuple(store.as_parent(store.role or "images", child=child) for store in self.stores)


@dataclass(frozen=True)
class Sides:
    """The rows of the stores under one judge."""

    stores: tuple[Header, ...]
    samples: tuple[Samples, ...]

    @property
    def is_candidate(self) -> NDArray[np.bool_]:
        """Which rows are synthetic, bool (N,)."""
        roles = [store.role == "candidate" for store in self.stores]
        return np.repeat(roles, [len(side) for side in self.samples])

    @property
    def domain(self) -> NDArray[np.object_]:
        """The domain of each row, (N,)."""
        domains = np.asarray([store.domain for store in self.stores], dtype=object)
        return np.repeat(domains, [len(side) for side in self.samples])

    @property
    def scenes(self) -> NDArray[Any] | None:
        """The group of each row (N,), or None where a side has too few to reckon with them."""
        counts = [len(set(side["group"])) for side in self.samples]
        return self.column("group") if min(counts) >= MIN_GROUPS else None

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of all sides, (N,)."""
        return np.concatenate([side[name] for side in self.samples])

    def rows_in(self, splits: Sequence[str]) -> NDArray[np.intp]:
        """Return the rows that lie in these splits."""
        return np.flatnonzero(np.isin(self.column("split"), list(splits)))


@contextmanager
def open_sides(subject: Subject, reporter: Reporter) -> Iterator[tuple[ImageSource, Sides]]:
    """Yield the images of all stores as one source, at the size of the smallest, and their rows."""
    with ExitStack() as opened:
        files = [opened.enter_context(open_store(store.path, Kind.IMAGES)) for store in subject.stores]
        sources: list[ImageSource] = [StoredImages(file.dataset("images")) for file in files]
        smallest = min(source.shape[1] for source in sources)
        for index, (store, source) in enumerate(zip(subject.stores, sources, strict=True)):
            if source.shape[1] > smallest:
                reporter.warn(
                    f"{store.path} is reduced from {source.shape[1]} to {smallest} pixels and the other "
                    "side is not: that alone may tell them apart."
                )
                sources[index] = ReducedImages(source, smallest)
        yield JoinedImages(sources), Sides(subject.stores, tuple(file.samples() for file in files))
