"""How densely the latents of a ledger lie, as columns of its store."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from synthgap_cli.ledger.density import describe_density, principal_points
from synthgap_cli.stages.ledger_columns import Columns
from synthgap_cli.stages.open_sets import OpenSets, read_rows
from synthgap_cli.statistics.spreading import spread

SETS = {"R": 0, "S": 1, "T": 1}  # the side whose rows each has
MOST_ROWS = 1_000  # a set: 16,384 latents of each are then 125 MiB
MOST_POINTS = 500


def density_columns(opened: OpenSets) -> tuple[Columns, Columns]:
    """Return a row for each set of latents, and a row for each point of their picture.

    Of the tested rows, at most 1,000 a set, evenly spread; as many of each set. Empty where latents are
    missing.
    """
    if opened.sets.latents is None:
        return {}, {}
    latents = {
        name: read_rows(header, "mean", spread(opened.rows.tested[side].rows, MOST_ROWS))
        for (name, side), header in zip(SETS.items(), opened.sets.latents, strict=True)
    }
    described = [
        {"latents": name, **asdict(density)} for name, density in describe_density(latents, real="R").items()
    ]
    points = {
        name: of[spread(np.arange(len(of)), MOST_POINTS)]
        for name, of in principal_points(latents, real="R").items()
    }
    x, y = np.concatenate(list(points.values())).T
    drawn = {"latents": [name for name, of in points.items() for _ in of], "x": list(x), "y": list(y)}
    return {column: [row[column] for row in described] for column in described[0]}, drawn
