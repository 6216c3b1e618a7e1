"""What was compared: counts, splits, and what the source files alone give away."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from synthgap_cli.figures import image_grid
from synthgap_cli.report.content import Block, Cell, Column, Notice, Paragraph, Picture, Section, Table
from synthgap_cli.report.directory import StudyDirectory, images, samples
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.audit import audits_of_originals
from synthgap_cli.statistics.spreading import spread
from synthgap_cli.store.samples import SPLITS, Samples

SHOWN = 8  # images a row
TELLING = 0.5  # distance between two distributions of a trait from which it is called out

TRAITS = {
    "source_format": "file format",
    "jpeg_quality": "JPEG quality",
    "width": "width",
    "height": "height",
    "mode": "colour mode",
    "bit_depth": "bit depth",
    "exif": "EXIF",
}


def section(study: StudyDirectory) -> Section:
    """Return the section about the data."""
    sides = [(header.domain, samples(header)) for header in study.originals]
    grid = image_grid.draw(
        [
            image_grid.ImageRow(header.domain, images(header, spread(np.arange(len(side)), SHOWN)))
            for header, (_, side) in zip(study.originals, sides, strict=True)
        ]
    )
    blocks: list[Block] = [
        _counts(sides),
        Picture(encode_figure(grid), "A row of images of each domain", "Images as the judges see them."),
    ]
    if not audits_of_originals(study):  # which say the same, and more
        blocks += [
            Paragraph(
                "Traits of the source files. Where they differ between the domains, a judge may have learned "
                "them instead of what the images show."
            ),
            _traits(sides),
            *(Notice(text, "warning") for text in confound_warnings(study)),
        ]
    return Section("Data", "data", blocks)


def confound_warnings(study: StudyDirectory) -> list[str]:
    """Return a sentence for the traits of the source files that alone tell the domains apart well."""
    first, second = (samples(header) for header in study.originals)
    told = []
    for trait, name in TRAITS.items():
        if trait in first and trait in second:
            distance = distance_of(first[trait], second[trait])
            if distance > TELLING:
                told.append(f"{name} ({distance:.0%})")
    if not told:
        return []
    return [
        f"The source files alone tell the domains apart by {', '.join(told)}: the percentage is the distance "
        "in total variation, 0 % alike, 100 % without overlap. What follows may in part be about the files."
    ]


def distance_of(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return how far two samples of a trait are apart, 0 to 1.

    Kolmogorov and Smirnov's distance of numbers, total variation of categories: the latter would call two
    samples of many different numbers far apart because they share few of them.
    """
    if first.dtype.kind in "iuf":
        return float(ks_2samp(first, second).statistic)
    return total_variation(first, second)


def total_variation(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Return half the sum of absolute differences between two samples' shares of each value, 0 to 1."""
    shares = [Counter(column.tolist()) for column in (first, second)]
    every = set(shares[0]) | set(shares[1])
    return 0.5 * sum(abs(shares[0][value] / len(first) - shares[1][value] / len(second)) for value in every)


def _counts(sides: list[tuple[str, Samples]]) -> Table:
    rows: list[list[Cell]] = []
    for domain, side in sides:
        counts = [len(side.rows_in((split,))) for split in SPLITS]
        rows.append([domain, len(side), len(set(side["group"])), len(set(side["source"])), *counts])
    columns = ["images", "groups", "sources", *SPLITS]
    return Table(
        "Images by split",
        [Column("domain"), *(Column(name, "count") for name in columns)],
        rows,
        ["Models learn from train, val chooses checkpoints; each table below says which rows it is of."],
    )


def _traits(sides: list[tuple[str, Samples]]) -> Table:
    (first, one), (second, other) = sides
    rows: list[list[Cell]] = [
        [name, _describe(one[trait]), _describe(other[trait]), distance_of(one[trait], other[trait])]
        for trait, name in TRAITS.items()
        if trait in one and trait in other
    ]
    columns = [Column("trait"), Column(first), Column(second), Column("distance", "percent")]
    return Table(
        "Traits of the source files",
        columns,
        rows,
        ["Distance: Kolmogorov-Smirnov of numbers, total variation of categories; 0% alike, 100% apart."],
    )


def _describe(column: NDArray[Any]) -> str:
    counts = Counter(column.tolist()).most_common()
    if len(counts) <= 3:
        return ", ".join(f"{value} {count / len(column):.0%}" for value, count in counts)
    if column.dtype.kind in "iuf":
        return f"{column.min()} to {column.max()}, median {np.median(column):g}"
    return f"{len(counts)} values, most often {counts[0][0]}"
