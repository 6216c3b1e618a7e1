"""A judge's penultimate layer, the thesis' style space, as ordinary feature stores."""

# N images of all sides

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from synthgap_cli.stages.judge import Judged
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Provenance
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name


def style_names(stores: Sequence[Header], steps: tuple[str, ...]) -> list[str]:
    """Return what the feature store of each side is called."""
    return [file_name(store.domain, steps, Kind.FEATURES) for store in stores]


def write_styles(
    paths: Sequence[Path], judged: Judged, steps: tuple[str, ...], provenance: Provenance
) -> None:
    """Write a feature store a side; none where there are no paths."""
    starts = np.cumsum([len(side) for side in judged.sides.samples])[:-1]
    parts = np.split(judged.scores.style, starts)  # (n, 64) a side
    for path, store, samples, style in zip(
        paths, judged.sides.stores, judged.sides.samples, parts, strict=bool(paths)
    ):
        header = Header(
            kind=Kind.FEATURES,
            provenance=provenance,
            domain=store.domain,
            role=store.role,
            steps=steps,
            reference_steps=steps,  # one judge, one style space: each pair has its own
            attributes={"network": steps[-1], "layer": "to_style"},
        )
        with create_store(path, header) as writer:
            writer.rows("features", style.shape[1:], "float32").append(style)
            writer.samples(samples)
