"""How near each candidate brings held-out rows to the target's, all in the same coordinates."""

# m source and n target rows held out, Z latents, k coordinates

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.candidates import Candidate, Variant
from synthgap_cli.shifts.evidence import (
    Evidence,
    distance_of,
    judging_directions,
    paired_area,
    plan_evidence,
    weigh,
)
from synthgap_cli.shifts.shift import HeldOut, KindNumbers, Setting
from synthgap_cli.shifts.sight import CONTENT_KEPT, Coordinates, scores_of_strangers
from synthgap_cli.shifts.subspace import fit_subspace
from synthgap_cli.statistics.rows import Rows

Array = NDArray[np.float64]
Sides = tuple[NDArray[np.intp], NDArray[np.intp]]

STRENGTHS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Tried:
    """A candidate at a strength, how near it came, and how much content it kept, where that was seen."""

    variant: Variant
    evidence: Evidence
    content: float | None = None

    @property
    def keeps_content(self) -> bool:
        """Whether the images are still what they were; what is not seen is not held against it."""
        return self.content is None or self.content >= CONTENT_KEPT


class Judging(Protocol):
    """The same rows, coordinates and plan for all candidates.

    Attributes
    ----------
    strengths : tuple of float
        At which maps are tried.
    """

    strengths: tuple[float, ...]

    def of(self, variant: Variant) -> Tried:
        """Return what is seen of a candidate at a strength."""
        ...


class ByLatents:
    """By held-out latents, in the directions in which the rows fitted on vary most."""

    strengths: tuple[float, ...] = (1.0,)

    def __init__(
        self, source: Rows, target: Rows, learned: Sides, held_out: HeldOut, setting: Setting
    ) -> None:
        subspace = fit_subspace(
            source, target, setting=setting, source_rows=learned[0], target_rows=learned[1]
        )
        self._mean, self._directions = subspace.target_mean, judging_directions(subspace).T  # (Z, k)
        self._moved = Mover(source, held_out.source_rows, setting.source_kinds)
        self._aims = self._locate(target.blocks(held_out.target_rows))
        self._plan = plan_evidence(
            (len(self._aims), len(held_out.source_rows)), _target_first(held_out), seed=setting.seed
        )
        self._seed = setting.seed

    def of(self, variant: Variant) -> Tried:
        """Return what is seen of a candidate at a strength."""
        arrived = self._locate(self._moved.by(variant))
        return Tried(variant, weigh(self._aims, arrived, self._plan, seed=self._seed))

    def _locate(self, blocks: Iterable[NDArray[np.floating]]) -> Array:
        return np.concatenate([(block - self._mean) @ self._directions for block in blocks])


class BySight:
    """By what images look like: a classifier learns from some scenes, and is asked about others."""

    strengths: tuple[float, ...] = STRENGTHS

    def __init__(self, source: Rows, held_out: HeldOut, setting: Setting) -> None:
        assert held_out.sight is not None
        views = held_out.sight.learned, held_out.sight.held_out
        self._views = views
        self._moved = [Mover(source, view.source_rows, setting.source_kinds) for view in views]
        unmoved = views[0].look(np.concatenate(list(self._moved[0].rows())))
        self._coordinates = Coordinates(views[0].target, unmoved.statistics)
        self._aims = [self._coordinates.of(view.target) for view in views]
        self._groups = _target_first(held_out)
        sizes = len(self._aims[1]), len(views[1].source_rows)
        self._plan = plan_evidence(sizes, self._groups, seed=setting.seed)
        self._seed = setting.seed

    def of(self, variant: Variant) -> Tried:
        """Return what is seen of a candidate at a strength."""
        seen = [
            view.look(np.concatenate(list(moved.by(variant))))
            for view, moved in zip(self._views, self._moved, strict=True)
        ]
        learned, tested = (self._coordinates.of(one.statistics) for one in seen)
        scores = scores_of_strangers((self._aims[0], learned), (self._aims[1], tested))
        evidence = Evidence(
            paired_area(*scores, self._groups),
            distance_of(self._aims[1], tested, self._plan, seed=self._seed),
        )
        return Tried(variant, evidence, seen[1].content)


class Mover:
    """Some of the source's rows, with their kinds where these are known, moved by any candidate."""

    def __init__(self, source: Rows, rows: NDArray[np.intp], kinds: KindNumbers | None) -> None:
        self._source, self._rows = source, rows
        self._kinds = None if kinds is None else kinds[rows]

    def rows(self) -> Iterator[NDArray[np.float32]]:
        """Yield the rows (n, Z), unmoved, block by block."""
        for block in self._source.blocks(self._rows):
            yield np.asarray(block, np.float32)

    def by(self, variant: Variant) -> Iterator[NDArray[np.float32]]:
        """Yield the rows (n, Z), moved, block by block."""
        start = 0
        for block in self.rows():
            kinds = None if self._kinds is None else self._kinds[start : start + len(block)]
            candidate = variant.candidate
            yield candidate.shift.apply(block, candidate.parameters, variant.strength, kinds=kinds)
            start += len(block)


def _target_first(held_out: HeldOut) -> tuple[NDArray[np.generic], NDArray[np.generic]] | None:
    return held_out.groups and held_out.groups[::-1]


def told_of(tried: Sequence[Candidate], trial: Sequence[Tried]) -> list[dict[str, object]]:
    """Return what a store records of each candidate at each strength, without numbers of those not fitted."""
    nothing = next(one for one in trial if one.variant.candidate.name == "none").evidence
    told: list[dict[str, object]] = []
    for candidate in tried:
        mine = [one for one in trial if one.variant.candidate is candidate]
        told += [_in_words(one, nothing) for one in mine] or [_left_out(candidate)]
    return told


def _left_out(candidate: Candidate) -> dict[str, object]:
    numbers = ("c2st", "c2st_error", "frechet", "frechet_error", "content")
    return {
        "method": candidate.name,
        "strength": 1.0,
        "left_out": candidate.left_out,
        **dict.fromkeys(numbers),
    }


def _in_words(one: Tried, nothing: Evidence) -> dict[str, object]:
    lost = "" if one.keeps_content else f"keeps too little content, under {CONTENT_KEPT:g}"
    numbers = {name: getattr(one.evidence, name) for name in ("c2st", "frechet")}
    return {
        "method": one.variant.candidate.name,
        "strength": one.variant.strength,
        "left_out": lost,
        **{name: number.value for name, number in numbers.items()},
        **{f"{name}_error": number.error(getattr(nothing, name)) for name, number in numbers.items()},
        "content": one.content,
    }
