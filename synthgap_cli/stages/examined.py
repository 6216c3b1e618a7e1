"""What an audit sees of a pair: which images, what belongs together, and the columns of each judge."""

# N images of both sides, the reference's first

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource, Track
from synthgap_cli.audit.columns import Column
from synthgap_cli.audit.image_statistics import image_statistics
from synthgap_cli.audit.metadata import metadata_columns
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.equalising import describe_attribute
from synthgap_cli.stages.run import Reporter
from synthgap_cli.stages.sides import Subject, open_sides
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.samples import Samples

METADATA, STATISTICS = "metadata", "image statistics"
MOST = 2_000  # images a side: an area of 0.5 is then known to within 0.02
BATCH = 64


@dataclass(frozen=True)
class Examined:
    """The images of a pair that an audit looks at, and the columns that it has of them."""

    is_candidate: NDArray[np.bool_]  # (N,)
    units: NDArray[Any]  # (N,) scenes, or images where scenes are unknown
    clustered: bool
    columns: dict[str, list[Column]]  # by judge
    treatments: tuple[str, str]  # that each side went through, or nothing
    are_originals: bool

    @property
    def equalised(self) -> str:
        """The treatment that both sides went through alike, or nothing."""
        return self.treatments[0] if self.treatments[0] == self.treatments[1] else ""


def examine(pair: Pair, reporter: Reporter) -> Examined:
    """Return what an audit sees of a pair of image stores: rows of all splits, evenly spread."""
    with open_sides(Subject.of_pair(pair), reporter) as (images, sides):
        rows = [spread(np.arange(len(side)), MOST) for side in sides.samples]
        looked_at = [side.select(chosen) for side, chosen in zip(sides.samples, rows, strict=True)]
        columns = _metadata(pair, looked_at)
        in_both = np.concatenate([rows[0], len(sides.samples[0]) + rows[1]])
        columns[STATISTICS] = _statistics(images, in_both, reporter.track)
    clustered = min(len(set(side["group"])) for side in looked_at) >= MIN_GROUPS
    units = np.concatenate([side["group"] if clustered else _stems(side) for side in looked_at])
    is_candidate = np.repeat([False, True], [len(chosen) for chosen in rows])
    return Examined(is_candidate, units, clustered, columns, _treatments(pair), _are_originals(pair))


def _metadata(pair: Pair, sides: Sequence[Samples]) -> dict[str, list[Column]]:
    """Return the columns of the source files, of which decoded images have none of their own."""
    if not _are_originals(pair):
        return {}
    shared = set(sides[0].columns) & set(sides[1].columns)
    columns = metadata_columns({name: np.concatenate([side[name] for side in sides]) for name in shared})
    return {METADATA: columns} if columns else {}


def _statistics(images: ImageSource, rows: NDArray[np.intp], track: Track) -> list[Column]:
    batches = split_batches(rows, BATCH)
    return image_statistics(track(iterate_batches(images, batches), "audit: image statistics", len(batches)))


def _stems(samples: Samples) -> NDArray[np.object_]:
    """Return the names of the images without their endings: one picture in two formats is one unit."""
    return np.asarray([str(id).rpartition(".")[0] for id in samples["id"]], dtype=object)


def _treatments(pair: Pair) -> tuple[str, str]:
    """Return what each side went through, or nothing."""
    one, other = (side.attributes.get("equalised") for side in (pair.reference, pair.candidate))
    return describe_attribute(one) if one else "", describe_attribute(other) if other else ""


def _are_originals(pair: Pair) -> bool:
    return not (pair.reference.steps or pair.candidate.steps)
