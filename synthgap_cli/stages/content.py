"""What the shifted images of a ledger kept of their originals, as columns of its store."""

# n tested rows

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.imaging.ssim import SSIM_WINDOW
from synthgap_cli.ledger.content import finds_origin, structure_kept
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.stages.ledger_columns import Columns
from synthgap_cli.stages.open_sets import OpenFamily, View
from synthgap_cli.statistics.clustered_mean import MeanEstimate, estimate_mean, estimate_share
from synthgap_cli.statistics.spreading import spread

IMPAIRED = "pixels"  # a view that a shift is to change
SSIM = "ssim"
MOST_COMPARED = 500  # images
_AT_ONCE = 64  # images


Measured = tuple[str, str, MeanEstimate, float, int]  # measure, of what, value, chance, of how many


def content_columns(opened: Sequence[tuple[OpenFamily, Mapping[str, View]]]) -> Columns:
    """Return a row for each measure of what was kept: of U, of T and, as a control, of S'.

    Parameters
    ----------
    opened : sequence of (OpenFamily, mapping of str to View)
        Each with the views of its tested rows, by name. Those that see colours from afar do not count.

    Returns
    -------
    Columns
        ``chance`` is the share that any map would keep, 1 / n, and of ``ssim`` the mean over images that
        have nothing to do with each other. ``ssim`` is of at most 500 images, and missing of those smaller
        than its window.
    """
    rows = [row for family, views in opened for row in _measured(family, views)]
    return {
        "measure": [measure for measure, *_ in rows],
        "of": [of for _, of, *_ in rows],
        "value": [estimate.value for *_, estimate, _, _ in rows],
        "low": [estimate.low for *_, estimate, _, _ in rows],
        "high": [estimate.high for *_, estimate, _, _ in rows],
        "chance": [chance for *_, chance, _ in rows],
        "n": [count for *_, count in rows],
    }


def _measured(opened: OpenFamily, views: Mapping[str, View]) -> list[Measured]:
    changes = {f"{originals}/{changed}": (originals, changed) for originals, changed in opened.family.changes}
    rows = [
        (view, of, *_found(sets, originals, changed, opened.rows.tested[1].units))
        for view, sets in views.items()
        if view != IMPAIRED
        for of, (originals, changed) in changes.items()
    ]
    if opened.joined.images.shape[1] >= SSIM_WINDOW:
        rows += [(SSIM, of, *_structure(opened, *names)) for of, names in changes.items()]
    return rows


def _found(
    sets: View, originals: ImageSet, changed: ImageSet, units: NDArray[np.intp]
) -> tuple[MeanEstimate, float, int]:
    """Return the share of images whose nearest original is their own, chance, and of how many."""
    found = finds_origin(sets[changed], sets[originals])
    return estimate_share(found[None], units), 1 / len(found), len(found)


def _structure(opened: OpenFamily, originals: ImageSet, changed: ImageSet) -> tuple[MeanEstimate, float, int]:
    """Return the mean structural similarity, that of unrelated images, and of how many."""
    tested = opened.rows.tested[1]
    chosen = spread(np.arange(len(tested.rows)), MOST_COMPARED)
    rows, units = tested.rows[chosen], tested.units[chosen]
    unrelated = np.roll(rows, len(rows) // 2)
    kept, by_chance = (
        np.concatenate([structure_kept(*pair) for pair in _pairs(opened, (changed, rows), (originals, of))])
        for of in (rows, unrelated)
    )
    return estimate_mean(kept[None], units), float(by_chance.mean()), len(kept)


def _pairs(
    opened: OpenFamily, *sides: tuple[ImageSet, NDArray[np.intp]]
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Yield batches of images of two sets, row by row."""
    images, starts = opened.joined.images, opened.joined.starts
    first, second = (split_batches(starts[one] + rows, _AT_ONCE) for one, rows in sides)
    for one, other in zip(first, second, strict=True):
        yield images[one], images[other]
