"""Which rows a stage works on: those that nothing upstream has seen, unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import UsageProblem
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.run import Reporter
from synthgap_cli.statistics.halves import halves_by_group
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import seen_splits
from synthgap_cli.store.samples import SPLITS, Samples


def unseen_splits(headers: Iterable[Header]) -> tuple[str, ...]:
    """Return the splits of which no model or map upstream of these files has seen a row."""
    seen = seen_splits(fitted for header in headers for fitted in header.provenance.fitted_on)
    return tuple(split for split in SPLITS if split not in seen)


def parse_splits(text: str) -> tuple[str, ...]:
    """Return the splits that ``train+val``, ``test`` or ``all`` names.

    Raises
    ------
    UsageProblem
        A name is none of train, val, test.
    """
    names = SPLITS if text == "all" else tuple(text.split("+"))
    if unknown := [name for name in names if name not in SPLITS]:
        raise UsageProblem(
            f"There is no split {unknown[0]!r}.", hint="Say all, or join train, val, test by +."
        )
    return tuple(split for split in SPLITS if split in names)


def splits_to_test(
    headers: Iterable[Header], asked: str | None, reporter: Reporter
) -> tuple[tuple[str, ...], bool]:
    """Return the splits that a test between these files uses, and whether they make it circular."""
    headers = list(headers)
    unseen = unseen_splits(headers)
    splits = parse_splits(asked) if asked else unseen or SPLITS
    if circular := [split for split in splits if split not in unseen]:
        by = sorted({fitted.by for header in headers for fitted in header.provenance.fitted_on})
        reporter.warn(
            f"{' and '.join(by)} has seen the rows of {'+'.join(circular)}: a test on them is circular."
        )
    return splits, bool(circular)


def same_images(samples: Sequence[Samples], splits: tuple[str, ...]) -> bool:
    """Return whether row by row both sides hold one image in these splits: R and R', S' and T."""
    first, second = (_image_names(side)[side.rows_in(splits)] for side in samples)
    return np.array_equal(first, second)


def rows_to_compare(
    pair: Pair, samples: Sequence[Samples], splits: tuple[str, ...], *, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of both sides that lie in the splits and share no image.

    Where two stores of one domain share images, their rows are not independent. One half is then taken of
    one store and the other half of the other, no group being cut in two where there are enough of them
    (thesis, note 11).
    """
    first, second = (side.rows_in(splits) for side in samples)
    if pair.reference.domain != pair.candidate.domain:
        return first, second
    names = [_image_names(side) for side in samples]
    if not np.isin(names[1][second], names[0][first]).any():
        return first, second
    by_group = len(set(samples[0]["group"][first])) >= MIN_GROUPS
    labels = [side["group"] if by_group else name for side, name in zip(samples, names, strict=True)]
    halves = halves_by_group(labels[0][first], repeats=1, rng=np.random.default_rng(seed))
    kept = first[halves[:, 0]]
    return kept, second[~np.isin(labels[1][second], labels[0][kept])]


def _image_names(samples: Samples) -> NDArray[np.object_]:
    """Return what tells the images of a domain apart: ids repeat in other sources."""
    pairs = zip(samples["source"], samples["id"], strict=True)
    return np.asarray(["\n".join(pair) for pair in pairs], dtype=object)
