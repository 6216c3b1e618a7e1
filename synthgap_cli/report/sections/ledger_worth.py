"""Was it worth it? Pictures kept, what classifiers learn, and how densely the latents lie."""

# R training sets, T trainings of each

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from synthgap_cli.figures import density, utility
from synthgap_cli.ledger.told import Ledger
from synthgap_cli.ledger.utility import OUTCOMES
from synthgap_cli.report.content import Block, Cell, Column, Paragraph, Picture, Table
from synthgap_cli.report.directory import Row
from synthgap_cli.report.numbers import NumberStyle, format_estimate
from synthgap_cli.report.pictures import encode_figure
from synthgap_cli.report.sections.ledger_words import contents, densities, utilities

TRAINED_ON = {
    "R": "real",
    "R'": "real, decoded",
    "U": "translated",
    "T": "shifted",
    "S'": "synthetic, decoded",
    "S": "synthetic",
    "U + few R": "translated + few real",
    "T + few R": "shifted + few real",
    "S + few R": "synthetic + few real",
}
TESTED_ON = {"R": "real images", "R'": "real images, decoded"}
CHANGES = {"S/U": "translated", "S'/T": "shifted", "S/S'": "decoding alone"}
LATENTS = {"R": "real", "S": "synthetic", "T": "shifted"}


def content_blocks(ledger: Ledger) -> list[Block]:
    """Return whether the pictures are kept, by each measure beside what decoding alone keeps."""
    if not ledger.content:
        return []
    rows: list[list[Cell]] = []
    told = [change for change in CHANGES if any(row["of"] == change for row in ledger.content)]
    for measure in dict.fromkeys(str(row["measure"]) for row in ledger.content):
        style: NumberStyle = "number" if measure == "ssim" else "percent"
        found = [ledger.kept(measure, change) for change in told]
        first = next(filter(None, found))
        chance = format_estimate(first["chance"], math.nan, math.nan, style)
        rows.append([measure, *(_estimate(row, "value", style) for row in found), chance])
    columns = [*map(Column, ("measure", *(f"{CHANGES[change]} ({change})" for change in told), "chance"))]
    notes = [
        "Share of images whose nearest neighbour among all origins is their own, by each view; ssim: mean "
        "structural similarity, 1 for equal images; its chance is of unrelated images. In brackets: 95 % "
        "intervals."
    ]
    return [Paragraph(contents(ledger)), Table("Are the pictures kept?", columns, rows, notes)]


def utility_blocks(ledger: Ledger) -> list[Block]:
    """Return what classifiers read right, by what they were trained on; none without labels."""
    trained = [name for name in TRAINED_ON if ledger.accuracy(name, "R")]
    if not trained:
        return []
    tested = [name for name in TESTED_ON if ledger.accuracy("R", name)]
    rows: list[list[Cell]] = [
        [TRAINED_ON[name], *(_estimate(ledger.accuracy(name, on), "accuracy", "percent") for on in tested)]
        for name in trained
    ]
    columns = [Column("trained on"), *(Column(f"tested on {TESTED_ON[on]}") for on in tested)]
    first = ledger.utility[0]
    notes = [
        f"Mean over {first['seeds']} seeds. Every training has the same budget: {first['n_train']:,} images, "
        "the same number of steps. In brackets: 95 % intervals over test images and seeds."
    ]
    return [
        Paragraph(utilities(ledger)),
        Table("Read right, by what the classifier was trained on", columns, rows, notes),
        _utility_picture(ledger, trained, tested),
    ]


def _utility_picture(ledger: Ledger, trained: Sequence[str], tested: Sequence[str]) -> Picture:
    figure = utility.draw(
        [TRAINED_ON[name] for name in trained],
        [_tested(ledger, trained, on) for on in tested],
        shifted=np.array([name.startswith(OUTCOMES) for name in trained]),
    )
    return Picture(
        encode_figure(figure),
        "Accuracy by training set",
        "Diamonds: means; circles: each seed's training; bars: 95 % intervals.",
    )


def _tested(ledger: Ledger, trained: Sequence[str], on: str) -> utility.Tested:
    rows = [ledger.accuracy(name, on) for name in trained]
    seeds = [ledger.seeds(name, on) for name in trained]
    longest = max(map(len, seeds))
    real = ledger.accuracy("R", on)
    return utility.Tested(
        name=TESTED_ON[on],
        accuracy=np.array([row["accuracy"] if row else math.nan for row in rows]),
        interval=np.array([[row["low"], row["high"]] if row else [math.nan] * 2 for row in rows]),
        seeds=np.array([[*found, *[math.nan] * (longest - len(found))] for found in seeds]),  # (R, T)
        base_rate=real["base_rate"] if real else math.nan,
        ceiling=real["accuracy"] if real else math.nan,
    )


def density_blocks(ledger: Ledger) -> list[Block]:
    """Return how densely the latents lie; none where the ledger had no latents."""
    found = [row for name in LATENTS if (row := ledger.latents(name))]
    if len(found) < len(LATENTS):
        return []
    rows: list[list[Cell]] = [
        [
            LATENTS[row["latents"]],
            *(row[name] for name in ("share_per_axis", "share_joint", "nearest_own", "nearest_real", "n")),
        ]
        for row in found
    ]
    columns = [
        Column("latents"),
        *(Column(title, "percent") for title in ("coordinates within", "rows within")),
        *(Column(title, "number") for title in ("nearest of its own", "nearest real one")),
        Column("rows", "count"),
    ]
    notes = ["Within: in [−1.5, 1.5]. Nearest: median Euclidean distance to the nearest other row."]
    return [
        Paragraph(densities(ledger)),
        Table("How densely the latents lie", columns, rows, notes),
        _density_picture(ledger, found),
    ]


def _density_picture(ledger: Ledger, rows: Sequence[Row]) -> Picture:
    real, *others = [_latents(ledger, row) for row in rows]
    return Picture(
        encode_figure(density.draw(real, others)),
        "Latents in a plane, and distances to their neighbours",
        "Left: latents along the two axes of greatest variance of the real ones. The dashed square, [−1.5, "
        "1.5] along both, holds most draws of the prior: a dense space fills it, a sparse one lies far "
        "beyond it and leaves gaps. Right: distances to the nearest neighbour, medians; bars: quartiles.",
    )


def _latents(ledger: Ledger, row: Row) -> density.Latents:
    points = [(one["x"], one["y"]) for one in ledger.points if one["latents"] == row["latents"]]
    return density.Latents(
        label=LATENTS[row["latents"]],
        points=np.array(points),
        nearest_own=row["nearest_own"],
        nearest_real=row["nearest_real"],
        nearest_real_quartiles=(row["nearest_real_low"], row["nearest_real_high"]),
    )


def _estimate(row: Row | None, name: str, style: NumberStyle) -> Cell:
    return None if row is None else format_estimate(row[name], row["low"], row["high"], style)
