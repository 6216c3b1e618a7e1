"""The sets of a ledger opened: their images at one size, the rows to judge, and the views of these."""

# n tested rows a side, N images of all sets of a family, D features

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource
from synthgap_cli.errors import InvalidInput
from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.imaging.reduced import ReducedImages
from synthgap_cli.ledger.cnn import JoinedSets
from synthgap_cli.ledger.edges import edges
from synthgap_cli.ledger.pairs import Family
from synthgap_cli.ledger.pixels import pixels
from synthgap_cli.ledger.rows import LedgerRows, choose_rows
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.compared import require_one_origin, warn_of_image_sizes
from synthgap_cli.stages.image_sets import LedgerSets, Stores
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
View = Mapping[ImageSet, Features]  # the tested rows (n, D) of each set


@dataclass(frozen=True)
class OpenFamily:
    """Sets that are compared with each other, at the size of the smallest.

    Attributes
    ----------
    family : Family
    images : mapping of ImageSet to Header
        Their stores, open.
    features : mapping of str to (mapping of ImageSet to Header)
        By a network's tag.
    joined : JoinedSets
        All images.
    rows : LedgerRows
        Which of them judges learn from and are tested on.
    """

    family: Family
    images: Stores
    features: Mapping[str, Stores]
    joined: JoinedSets
    rows: LedgerRows

    def views(self) -> dict[str, View]:
        """Return the tested rows of each set by view: networks first, then edges and pixels."""
        of_networks = {tag: self._stored(of) for tag, of in self.features.items()}
        return {**of_networks, "edges": self._described(edges), "pixels": self._described(pixels)}

    def originals(self, view: str) -> tuple[object, ...]:
        """Return what the numbers of a view follow from that owe nothing to the outcome."""
        before = self.family.sets[:-1]
        stores = [of[one] for of in (self.images, self.features.get(view, {})) for one in before if one in of]
        return (self.joined.images.shape[1:], *(header.sha256 for header in stores))

    def _stored(self, features: Stores) -> View:
        return {one: read_rows(of, "features", self._tested(one)) for one, of in features.items()}

    def _described(self, describe: Callable[[NDArray[np.uint8]], Features]) -> View:
        images, starts = self.joined.images, self.joined.starts
        return {
            one: np.concatenate(
                [describe(images[rows]) for rows in split_batches(start + self._tested(one), AT_ONCE)]
            )
            for one, start in starts.items()
        }

    def _tested(self, of: ImageSet) -> NDArray[np.intp]:
        return self.rows.tested[of.side].rows


@dataclass(frozen=True)
class OpenSets:
    """The sets of a ledger whose image stores are open.

    Attributes
    ----------
    sets : LedgerSets
    families : tuple of OpenFamily
        The one that leads first.
    samples : (Samples, Samples)
        Of all rows of the real and of the synthetic stores.
    rows : LedgerRows
        Which of them judges learn from and are tested on.
    """

    sets: LedgerSets
    families: tuple[OpenFamily, ...]
    samples: tuple[Samples, Samples]
    rows: LedgerRows


@contextmanager
def open_image_sets(sets: LedgerSets, *, seed: int, reporter: Reporter) -> Iterator[OpenSets]:
    """Yield the sets opened, and say what limits a judgement of them.

    Raises
    ------
    InvalidInput
        Two versions of one side do not hold the same images row by row, features are of different weights,
        or there are too few images to learn from or to be tested on.
    """
    with ExitStack() as opened:
        files = {
            one: opened.enter_context(open_store(header.path, Kind.IMAGES))
            for one, header in sets.images.items()
        }
        versions = {one: file.samples() for one, file in files.items()}
        _require_same_images(sets, versions)
        _require_one_origin(sets, reporter)
        samples = versions[ImageSet.REAL], versions[ImageSet.SYNTHETIC]
        rows = _choose(samples, seed)
        _warn(sets, rows, samples, reporter)
        sources = {one: StoredImages(file.dataset("images")) for one, file in files.items()}
        families = tuple(
            OpenFamily(
                family,
                {one: sets.images[one] for one in family.sets},
                sets.features_of(family),
                _joined({one: sources[one] for one in family.sets}, reporter),
                rows,
            )
            for family in sets.families
        )
        yield OpenSets(sets, families, samples, rows)


def _require_same_images(sets: LedgerSets, versions: Mapping[ImageSet, Samples]) -> None:
    originals = (ImageSet.REAL, ImageSet.SYNTHETIC)
    for one, version in versions.items():
        if not same_images((versions[originals[one.side]], version), SPLITS):
            names = f"{sets.images[originals[one.side]].path} and {sets.images[one].path}"
            raise InvalidInput(
                f"{names} do not hold the same images row by row.",
                hint="Encode and decode, or translate, all of the originals again.",
            )


def _require_one_origin(sets: LedgerSets, reporter: Reporter) -> None:
    for family in sets.families:
        for of in sets.features_of(family).values():
            for other in list(of.values())[1:]:
                require_one_origin(Pair(of[ImageSet.REAL], other))
                warn_of_image_sizes(Pair(of[ImageSet.REAL], other), reporter)


def _choose(samples: tuple[Samples, Samples], seed: int) -> LedgerRows:
    real, synthetic = samples
    return choose_rows(
        (np.isin(real["split"], LEARNED), np.isin(synthetic["split"], LEARNED)),
        (np.isin(real["split"], TESTED), np.isin(synthetic["split"], TESTED)),
        (real["group"], synthetic["group"]),
        seed=seed,
    )


def _warn(sets: LedgerSets, rows: LedgerRows, samples: tuple[Samples, Samples], reporter: Reporter) -> None:
    if not set(TESTED) <= set(unseen_splits(sets.stores)):
        reporter.warn("The VAE or the shift has seen test rows: what a ledger finds on them is circular.")
    if not rows.by_scene:
        scenes = [
            len(set(side["group"][tested.rows])) for side, tested in zip(samples, rows.tested, strict=True)
        ]
        domains = [sets.images[one].domain for one in (ImageSet.REAL, ImageSet.SYNTHETIC)]
        reporter.warn(
            f"The test rows come from {scenes[0]} groups of {domains[0]} and {scenes[1]} of {domains[1]}; "
            f"with fewer than {MIN_GROUPS} on a side images are taken as independent: if they are not, "
            "intervals are too narrow and p-values too low."
        )


def _joined(sources: Mapping[ImageSet, ImageSource], reporter: Reporter) -> JoinedSets:
    """Return the images of all sets one after the other, at the size of the smallest."""
    sizes = {one: source.shape[1] for one, source in sources.items()}
    smallest = min(sizes.values())
    if reduced := [one for one, size in sizes.items() if size > smallest]:
        reporter.warn(
            f"{' and '.join(reduced)} are reduced to {smallest} pixels, the size of the others: that alone "
            "may tell them apart from these."
        )
    alike = [
        ReducedImages(source, smallest) if source.shape[1] > smallest else source
        for source in sources.values()
    ]
    starts = np.cumsum([0, *map(len, alike)])[:-1].tolist()
    return JoinedSets(JoinedImages(alike), dict(zip(sources, starts, strict=True)))


def read_rows(header: Header, dataset: str, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return these ascending rows (n, D) of a store's matrix."""
    with open_store(header.path, header.kind) as store:
        return np.concatenate(list(StoredMatrix(store.dataset(dataset)).blocks(rows)))
