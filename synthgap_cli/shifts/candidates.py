"""The maps that a choice is made among: those that the rows suffice for, fitted."""

# n source and m target rows fitted on

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import SynthgapError
from synthgap_cli.shifts.shift import Parameters, Setting, Shift, load_shift, shift_names
from synthgap_cli.statistics.rows import Rows


@dataclass(frozen=True)
class Candidate:
    """A map by its name, ``modes-ot`` being modes made of ot; and what it says of itself.

    ``left_out`` says why it was not fitted; it is empty where it was.
    """

    name: str
    left_out: str = ""
    parameters: Parameters = field(default_factory=dict)
    told: dict[str, object] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def method(self) -> str:
        """The name of the shift."""
        return self.name.partition("-")[0]

    @property
    def shift(self) -> Shift:
        """What fits and applies it."""
        return load_shift(self.method)


@dataclass(frozen=True)
class Variant:
    """A candidate at a strength."""

    candidate: Candidate
    strength: float = 1.0

    @property
    def name(self) -> str:
        """The candidate's, and the strength where it is not 1."""
        return self.candidate.name if self.strength == 1 else f"{self.candidate.name} at {self.strength:g}"


def candidate_names() -> list[str]:
    """Return the names of all candidates, the simplest first."""
    single = [name for name in shift_names() if name != "auto"]
    return [*sorted(single, key=lambda name: load_shift(name).RUNG), "modes-ot"]


def fit_candidates(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp],
    target_rows: NDArray[np.intp],
) -> Iterator[Candidate]:
    """Yield each candidate, fitted or left out, the simplest first."""
    num_rows = min(len(source_rows), len(target_rows))
    for name in setting.track(candidate_names(), "fitting shifts"):
        candidate = Candidate(name)
        if why := _not_worth_a_try(candidate, num_rows, source.shape[1], setting):
            yield replace(candidate, left_out=why)
            continue
        try:
            yield fit_one(
                name, source, target, setting=setting, source_rows=source_rows, target_rows=target_rows
            )
        except SynthgapError as error:
            if name == "none":  # what it refuses, any other would
                raise
            yield replace(candidate, left_out=error.message)


def fit_one(
    name: str,
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp],
    target_rows: NDArray[np.intp],
) -> Candidate:
    """Return the candidate of this name, fitted; what it tells and warns of is kept with it."""
    candidate = Candidate(name)
    own = replace(
        setting,
        base=name.partition("-")[2] or "mean",
        tell=candidate.told.__setitem__,
        warn=candidate.warnings.append,
    )
    parameters = candidate.shift.fit(
        source, target, setting=own, source_rows=source_rows, target_rows=target_rows
    )
    return replace(candidate, parameters=parameters)


def _not_worth_a_try(candidate: Candidate, num_rows: int, num_latents: int, setting: Setting) -> str:
    """Return why a candidate is not fitted; empty where it is."""
    if candidate.method == "modes" and setting.source_kinds is None:
        return "no labels say which kinds there are"
    needed = candidate.shift.rows_to_trust(num_latents)
    return f"has {num_rows:,} rows a side to fit on, needs {needed:,}" if num_rows < needed else ""
