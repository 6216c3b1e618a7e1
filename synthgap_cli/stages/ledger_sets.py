"""The five sets of a ledger opened: their images at one size, the rows to judge, and the views of these."""

# n tested rows a side, N images of all sets, D features

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource
from synthgap_cli.errors import InvalidInput
from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.imaging.reduced import ReducedImages
from synthgap_cli.ledger.cnn import JoinedSets
from synthgap_cli.ledger.draws import SIDE_OF_SET
from synthgap_cli.ledger.edges import edges
from synthgap_cli.ledger.five import SYMBOLS, Five
from synthgap_cli.ledger.pixels import pixels
from synthgap_cli.ledger.rows import LedgerRows, choose_rows
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.compared import require_one_origin, warn_of_image_sizes
from synthgap_cli.stages.five_sets import FiveSets
from synthgap_cli.stages.judge import LEARNED, TESTED
from synthgap_cli.stages.rows import same_images, unseen_splits
from synthgap_cli.stages.run import Reporter
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.samples import SPLITS, Samples
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import JoinedImages, StoredImages, StoredMatrix

AT_ONCE = 256  # images

Features = NDArray[np.float32]


@dataclass(frozen=True)
class OpenSets:
    """Five sets whose image stores are open.

    Attributes
    ----------
    sets : FiveSets
    joined : JoinedSets
        All images, at the size of the smallest.
    samples : (Samples, Samples)
        Of all rows of the real and of the synthetic stores.
    rows : LedgerRows
        Which of them judges learn from and are tested on.
    """

    sets: FiveSets
    joined: JoinedSets
    samples: tuple[Samples, Samples]
    rows: LedgerRows

    def views(self) -> dict[str, Five[Features]]:
        """Return the tested rows (n, D) of each set by view: networks first, then edges and pixels."""
        of_networks = {tag: self._stored(five) for tag, five in self.sets.features.items()}
        return {**of_networks, "edges": self._described(edges), "pixels": self._described(pixels)}

    def originals(self, view: str | None = None) -> tuple[object, ...]:
        """Return what numbers follow from, of a view or of all images, that owe nothing to T."""
        stores = [*self.sets.images[:-1], *self.sets.features.get(view or "", ())[:-1]]
        return (self.joined.images.shape[1:], *(header.sha256 for header in stores))

    def _stored(self, features: Five[Header]) -> Five[Features]:
        return Five(
            *(read_rows(header, "features", self._tested(place)) for place, header in enumerate(features))
        )

    def _described(self, describe: Callable[[NDArray[np.uint8]], Features]) -> Five[Features]:
        images, starts = self.joined.images, self.joined.starts
        return Five(
            *(
                np.concatenate([describe(images[rows]) for rows in split_batches(start + tested, AT_ONCE)])
                for start, tested in zip(starts, map(self._tested, range(len(SYMBOLS))), strict=True)
            )
        )

    def _tested(self, place: int) -> NDArray[np.intp]:
        return self.rows.tested[SIDE_OF_SET[place]].rows


@contextmanager
def open_five_sets(sets: FiveSets, *, seed: int, reporter: Reporter) -> Iterator[OpenSets]:
    """Yield the sets opened, and say what limits a judgement of them.

    Raises
    ------
    InvalidInput
        Two versions of one side do not hold the same images row by row, features are of different weights,
        or there are too few images to learn from or to be tested on.
    """
    with ExitStack() as opened:
        files = [opened.enter_context(open_store(header.path, Kind.IMAGES)) for header in sets.images]
        versions = [file.samples() for file in files]
        _require_same_images(sets, versions)
        for five in sets.features.values():
            for other in five[1:]:
                require_one_origin(Pair(five.real, other))
                warn_of_image_sizes(Pair(five.real, other), reporter)
        samples = versions[0], versions[1]
        rows = _choose(samples, seed)
        _warn(sets, rows, samples, reporter)
        sources = _at_one_size([StoredImages(file.dataset("images")) for file in files], reporter)
        starts = np.cumsum([0, *map(len, sources)])[:-1].tolist()
        yield OpenSets(sets, JoinedSets(JoinedImages(sources), Five(*starts)), samples, rows)


def _require_same_images(sets: FiveSets, versions: Sequence[Samples]) -> None:
    for place, side in enumerate(SIDE_OF_SET):
        if not same_images((versions[side], versions[place]), SPLITS):
            names = f"{sets.images[side].path} and {sets.images[place].path}"
            raise InvalidInput(
                f"{names} do not hold the same images row by row.",
                hint="Encode and decode all of the originals again.",
            )


def _choose(samples: tuple[Samples, Samples], seed: int) -> LedgerRows:
    real, synthetic = samples
    return choose_rows(
        (np.isin(real["split"], LEARNED), np.isin(synthetic["split"], LEARNED)),
        (np.isin(real["split"], TESTED), np.isin(synthetic["split"], TESTED)),
        (real["group"], synthetic["group"]),
        seed=seed,
    )


def _warn(sets: FiveSets, rows: LedgerRows, samples: tuple[Samples, Samples], reporter: Reporter) -> None:
    if not set(TESTED) <= set(unseen_splits(sets.stores)):
        reporter.warn("The VAE or the shift has seen test rows: what a ledger finds on them is circular.")
    if not rows.by_scene:
        scenes = [
            len(set(side["group"][tested.rows])) for side, tested in zip(samples, rows.tested, strict=True)
        ]
        domains = [header.domain for header in sets.images[:2]]
        reporter.warn(
            f"The test rows come from {scenes[0]} groups of {domains[0]} and {scenes[1]} of {domains[1]}; "
            f"with fewer than {MIN_GROUPS} on a side images are taken as independent: if they are not, "
            "intervals are too narrow and p-values too low."
        )


def _at_one_size(sources: Sequence[ImageSource], reporter: Reporter) -> list[ImageSource]:
    sizes = [source.shape[1] for source in sources]
    smallest = min(sizes)
    if reduced := [symbol for symbol, size in zip(SYMBOLS, sizes, strict=True) if size > smallest]:
        reporter.warn(
            f"{' and '.join(reduced)} are reduced to {smallest} pixels, the size of the others: that alone "
            "may tell them apart from these."
        )
    return [
        ReducedImages(source, smallest) if size > smallest else source
        for source, size in zip(sources, sizes, strict=True)
    ]


def read_rows(header: Header, dataset: str, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return these ascending rows (n, D) of a store's matrix."""
    with open_store(header.path, header.kind) as store:
        return np.concatenate(list(StoredMatrix(store.dataset(dataset)).blocks(rows)))
