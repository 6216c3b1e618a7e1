"""What the sets of a ledger are worth to who learns from them, as columns of its store."""

# n rows of a side, N images of all sets, S image size

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource
from synthgap_cli.classifier.recogniser_training import LARGEST_SIZE
from synthgap_cli.devices import resolve_device
from synthgap_cli.imaging.batches import split_batches
from synthgap_cli.imaging.reduced import ReducedImages
from synthgap_cli.ledger.rows import UnitRows
from synthgap_cli.ledger.sets import ImageSet
from synthgap_cli.ledger.utility import Labelled, Utility, measure_utility
from synthgap_cli.stages.ledger_columns import Columns
from synthgap_cli.stages.open_sets import OpenSets
from synthgap_cli.stages.run import Reporter, Run

_AT_ONCE = 256  # images

Memory = dict[tuple[object, ...], Any]  # what several shifts of the same sets share


def utility_columns(opened: OpenSets, *, seed: int, memory: Memory, run: Run) -> tuple[Columns, Columns]:
    """Return a row for each set learned from and set tested on, and a row for each training; or nothing.

    Only labels that both sides have are learned and tested. Where there are not two of them, utility is left
    out, and so said. Images of more than 32 pixels are reduced, and to the size of the smallest set.

    Parameters
    ----------
    opened : OpenSets
    seed : int
    memory : dict
        Of one call about several shifts: recognisers of R, S, R' and S' are put in and found again.
    """
    labels = shared_labels(opened, run.reporter)
    learned, tested = (
        tuple(_labelled(of, side, opened, labels) for side, of in enumerate(sides))
        for sides in (opened.rows.learned, opened.rows.tested)
    )
    if len(labels) < 2 or not all(len(side.rows) for side in (*learned, *tested)):
        run.reporter.note(
            "ledger: utility is left out: no two labels are on both sides (prepare --label-from)."
        )
        return {}, {}
    found = measure_utility(
        _take(opened, learned, labels),
        _take(opened, tested, labels),
        num_labels=len(labels),
        seed=seed,
        device=resolve_device(run.device),
        taught=memory.setdefault(("utility",), {}),
        track=run.reporter.track,
    )
    return _columns(found), _trainings(found, seed)


def shared_labels(opened: OpenSets, reporter: Reporter) -> list[str]:
    """Return the labels that rows to learn from have on both sides, sorted; say which others there are."""
    sides = [
        set(samples["label"][learned.rows]) - {""} if "label" in samples else set()
        for samples, learned in zip(opened.samples, opened.rows.learned, strict=True)
    ]
    shared = sides[0] & sides[1]
    originals = (opened.sets.images[one] for one in (ImageSet.REAL, ImageSet.SYNTHETIC))
    for header, labels in zip(originals, sides, strict=True):
        if shared and (alone := sorted(labels - shared)):
            reporter.note(f"ledger: utility leaves out labels of {header.domain} alone: {', '.join(alone)}.")
    return sorted(shared)


def _labelled(of: UnitRows, side: int, opened: OpenSets, labels: Sequence[str]) -> UnitRows:
    """Return the rows of a side that have one of the labels."""
    if not labels:
        return UnitRows(of.rows[:0], of.units[:0])
    return of.select(np.flatnonzero(np.isin(opened.samples[side]["label"][of.rows], labels)))


def _take(opened: OpenSets, sides: Sequence[UnitRows], labels: Sequence[str]) -> dict[ImageSet, Labelled]:
    """Return the rows of all sets with their labels as numbers, at one size."""
    size = min(LARGEST_SIZE, *(family.joined.images.shape[1] for family in opened.families))
    numbers = [
        np.searchsorted(labels, opened.samples[side]["label"][of.rows].astype(str))
        for side, of in enumerate(sides)
    ]
    of_family = {one: family for family in reversed(opened.families) for one in family.family.sets}
    taken = {}
    for one in opened.sets.images:
        joined, side = of_family[one].joined, sides[one.side]
        images = _read(joined.images, joined.starts[one] + side.rows, size)
        taken[one] = Labelled(images, numbers[one.side], side.units)
    return taken


def _read(images: ImageSource, rows: NDArray[np.intp], size: int) -> NDArray[np.uint8]:
    """Return these images, reduced where they are larger."""
    sized = ReducedImages(images, size) if images.shape[1] > size else images
    return np.concatenate([sized[part] for part in split_batches(rows, _AT_ONCE)])


def _columns(found: Sequence[Utility]) -> Columns:
    return {
        "trained_on": [one.trained_on for one in found],
        "tested_on": [one.tested_on for one in found],
        "accuracy": [one.accuracy.value for one in found],
        "low": [one.accuracy.low for one in found],
        "high": [one.accuracy.high for one in found],
        "gain": [one.gain.value for one in found],
        "gain_low": [one.gain.low for one in found],
        "gain_high": [one.gain.high for one in found],
        "seeds": [len(one.of_seeds) for one in found],
        "n_train": [one.n_train for one in found],
        "n_test": [one.n_test for one in found],
        "base_rate": [one.base_rate for one in found],
    }


def _trainings(found: Sequence[Utility], seed: int) -> Columns:
    each = [(one, number, float(value)) for one in found for number, value in enumerate(one.of_seeds)]
    return {
        "trained_on": [one.trained_on for one, _, _ in each],
        "tested_on": [one.tested_on for one, _, _ in each],
        "seed": [seed + number for _, number, _ in each],
        "accuracy": [value for *_, value in each],
    }
