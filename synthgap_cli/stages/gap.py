"""Pairs of feature or latent stores to results stores: one row a pair and number."""

# R repeats

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthgap_cli.distances.floors import spread_of
from synthgap_cli.distances.gap import PERMUTATIONS, REPEATS, Gap, GapSettings, measure_gap
from synthgap_cli.distances.measure import distance_names, load_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.compared import (
    VALUES,
    make_results,
    require_one_origin,
    short_name,
    warn_of_image_sizes,
)
from synthgap_cli.stages.rows import parse_splits, rows_to_compare, splits_to_test
from synthgap_cli.stages.run import Run
from synthgap_cli.statistics.splits import MIN_GROUPS
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.views import StoredMatrix
from synthgap_cli.store.writer import create_store

DISTANCES = ("fid", "kid", "mmd", "energy", "prdc", "c2st")
ALL = "all"
FLOORS = ("between", "reference", "candidate")


@dataclass(frozen=True)
class GapRequest:
    """What enters the recipe of a gap."""

    distances: tuple[str, ...] = DISTANCES
    repeats: int = REPEATS
    permutations: int = PERMUTATIONS
    split: str | None = None  # none: the rows that nothing upstream has seen
    seed: int = 0


@dataclass(frozen=True)
class Compared:
    """A pair, the rows it was compared on, and what came out."""

    pair: Pair
    splits: tuple[str, ...]
    circular: bool  # a model or map upstream has seen some of these rows
    sizes: tuple[int, int]
    groups: tuple[int, int]
    components: int
    gaps: Sequence[Gap]


def choose_distances(asked: Sequence[str]) -> tuple[str, ...]:
    """Return the distances that are asked for, each once; ``all`` stands for every one.

    Raises
    ------
    UsageProblem
        There is no such distance.
    """
    names = [name.replace("-", "_") for name in asked]
    chosen = dict.fromkeys(one for name in names for one in (distance_names() if name == ALL else [name]))
    for name in chosen:
        load_distance(name)
    return tuple(chosen)


def number_names(distances: Sequence[str]) -> list[str]:
    """Return the names of the numbers that these distances give."""
    return [number.name for name in distances for number in load_distance(name).NUMBERS]


def measure_gaps(pairs: Sequence[Pair], request: GapRequest, *, output: str | None, run: Run) -> list[Path]:
    """Write a results store for each kind and steps; all networks of the same images share one.

    Raises
    ------
    UsageProblem
        A distance or split is unknown, or two pairs have one name.
    InvalidInput
        The sides of a pair do not fit each other, or have too few rows.
    """
    choose_distances(request.distances)
    if request.split is not None:
        parse_splits(request.split)

    def write(path: Path, group: Sequence[Pair], recipe: Recipe) -> None:
        _write(path, [_compare(pair, request, run) for pair in group], recipe, run)

    return make_results(pairs, "gap", request, write, output=output, run=run)


def _compare(pair: Pair, request: GapRequest, run: Run) -> Compared:
    splits, circular = splits_to_test((pair.reference, pair.candidate), request.split, run.reporter)
    require_one_origin(pair)
    warn_of_image_sizes(pair, run.reporter)
    kind = pair.candidate.kind
    with (
        open_store(pair.reference.path, kind) as reference,
        open_store(pair.candidate.path, kind) as candidate,
    ):
        samples = reference.samples(), candidate.samples()
        rows = rows_to_compare(pair, samples, splits, seed=request.seed)
        groups = samples[0]["group"][rows[0]], samples[1]["group"][rows[1]]
        tables = [StoredMatrix(store.dataset(VALUES[kind])) for store in (reference, candidate)]
        pool = PooledRows(tables[0], tables[1], rows[0], rows[1])
        settings = GapSettings(request.repeats, request.permutations, request.seed)
        gaps = measure_gap(pool, groups, request.distances, settings, track=run.reporter.track)
    counted = len(np.unique(groups[0])), len(np.unique(groups[1]))
    if min(counted) < MIN_GROUPS:
        run.reporter.warn(
            f"The rows compared come from {counted[0]} groups of {pair.reference.domain} and {counted[1]} of "
            f"{pair.candidate.domain}; with fewer than {MIN_GROUPS} on a side no floor is drawn by scene. "
            "Images are taken as independent: if they are not, floors and p-values are too low."
        )
    sizes = len(rows[0]), len(rows[1])
    return Compared(pair, splits, circular, sizes, counted, pool.shape[1], gaps)


def _write(path: Path, compared: Sequence[Compared], recipe: Recipe, run: Run) -> None:
    parents = [side for one in compared for side in (one.pair.reference, one.pair.candidate)]
    header = Header(Kind.RESULTS, run.provenance(recipe, parents), steps=compared[0].pair.steps)
    rows = [_summary_row(one, gap) for one in compared for gap in one.gaps]
    with create_store(path, header) as writer:
        writer.table("summary", {name: [row[name] for row in rows] for name in rows[0]})
        for one in compared:
            writer.table(f"components/{one.pair.name}", _drawn(one.gaps))


def _summary_row(compared: Compared, gap: Gap) -> dict[str, Any]:
    low, high = gap.interval
    spreads = {
        f"{part}{suffix}": spread_of(gap.parts.get(f"{part}{suffix}", np.empty(0)))
        for suffix in ("", "_groups")
        for part in FLOORS
    }
    return {
        "pair": compared.pair.name,
        "of": short_name(compared.pair),
        "statistic": gap.number.name,
        "equal_is": gap.number.equal_is,
        "rows": "+".join(compared.splits),
        "circular": int(compared.circular),
        "n_reference": compared.sizes[0],
        "n_candidate": compared.sizes[1],
        "groups_reference": compared.groups[0],
        "groups_candidate": compared.groups[1],
        "components": compared.components,
        "value": gap.value,
        "low": low,
        "high": high,
        "p_value": gap.p_value,
        "n_half": gap.rows_per_half,
        "value_at_half": gap.at_half,
        "floor": gap.floor,
        "floor_by": "group" if gap.by_group else "image",
        "beyond_floor": float("nan") if gap.beyond_floor is None else float(gap.beyond_floor),
        **{f"{name}_mean": spread.mean for name, spread in spreads.items()},
        **{f"{name}_min": spread.minimum for name, spread in spreads.items()},
        **{f"{name}_max": spread.maximum for name, spread in spreads.items()},
    }


def _drawn(gaps: Sequence[Gap]) -> dict[str, Any]:
    """Return the value of every draw behind the floors, one a row."""
    drawn = [
        (gap.number.name, part, repeat, value)
        for gap in gaps
        for part, values in gap.parts.items()
        for repeat, value in enumerate(values)
    ]
    names = ("statistic", "part", "repeat", "value")
    return dict(zip(names, map(list, zip(*drawn, strict=True)), strict=True))
