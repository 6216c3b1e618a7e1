"""The map that came nearest to the target on rows that none was fitted on; no shift, where none did."""

# N rows, Z latents, n and m rows to choose by, k coordinates

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.candidates import Candidate, Variant, fit_candidates, fit_one
from synthgap_cli.shifts.choice import choose, explain
from synthgap_cli.shifts.judging import ByLatents, BySight, Judging, Tried, told_of
from synthgap_cli.shifts.nested import put_under, taken_from
from synthgap_cli.shifts.shift import HeldOut, KindNumbers, Parameters, Setting, load_shift
from synthgap_cli.shifts.subspace import AT_LEAST
from synthgap_cli.statistics.rows import Rows, numbered_rows

Sides = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows of the source, rows of the target

RUNG = 13
LEAST_TO_CHOOSE_BY = 16  # rows a side: a classifier learns from half of them, less a block
STRENGTH = "chosen-strength"  # of the map within, where it is not 1
SHARE_TO_CHOOSE_BY = 0.25  # of the rows to fit on, where no others are given


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return the chosen map's parameters under its name; none at all where latents are best left alone.

    Told are ``chosen`` and at which strength, a ``reason``, and ``candidates``: for each its name and
    strength, the numbers of `weigh` on the rows held out, the standard errors of their differences to no
    shift, how much content it keeps, and why it was left out.

    Notes
    -----
    All are judged in the same coordinates and blocks. Where rows can be seen as images (`Sight`), coordinates
    are of what these look like, a linear classifier learns from rows fitted on and is asked about rows held
    out, maps are tried at strengths of .25, .5, .75 and 1, and those that keep too little content are left
    out. Else coordinates are the 64 directions in which the rows fitted on vary most, and that of the
    difference of means, classifiers learn from some rows held out, and maps are tried at full strength. Rows
    to choose by are the setting's; without them a quarter of the rows to fit on is held out, and the chosen
    map fitted again to all. With fewer than 16 a side nothing can be shown to be better than no shift. The
    rule is `choose`.
    """
    sides = numbered_rows(source, source_rows), numbered_rows(target, target_rows)
    learned, held_out = (sides, setting.held_out) if setting.held_out else _hold_out(sides, setting.seed)
    sizes = len(held_out.target_rows), len(held_out.source_rows)
    if min(sizes) < LEAST_TO_CHOOSE_BY or min(map(len, learned)) < AT_LEAST:
        return _left_alone(source, target, learned, sizes, setting)
    tried = list(
        fit_candidates(source, target, setting=setting, source_rows=learned[0], target_rows=learned[1])
    )
    trial = _try_all(
        [candidate for candidate in tried if not candidate.left_out],
        BySight(source, held_out, setting)
        if held_out.sight
        else ByLatents(source, target, learned, held_out, setting),
        setting,
    )
    evidence = {one.variant.name: one.evidence for one in trial if one.keeps_content}
    name = choose(evidence, list(evidence))
    chosen = next(one.variant for one in trial if one.variant.name == name)
    candidate = chosen.candidate
    setting.tell("chosen", candidate.name)
    setting.tell("chosen-strength", chosen.strength)
    setting.tell("judged-by", "images" if held_out.sight else "latents")
    setting.tell("reason", explain(name, evidence, sizes))
    setting.tell("candidates", told_of(tried, trial))
    if setting.held_out is None:
        candidate = fit_one(
            candidate.name, source, target, setting=setting, source_rows=sides[0], target_rows=sides[1]
        )
    for fact, value in candidate.told.items():
        setting.tell(fact, value)
    for sentence in candidate.warnings:
        setting.warn(sentence)
    parameters = put_under(candidate.method, candidate.parameters)
    if parameters and chosen.strength != 1:
        parameters |= put_under(candidate.method, {STRENGTH: np.array([chosen.strength])})
    return parameters


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
    method = next((name.partition(".")[0] for name in parameters), "none")
    inner = taken_from(method, parameters)
    full = float(inner.pop(STRENGTH, np.ones(1))[0])
    return load_shift(method).apply(latents, inner, strength * full, kinds=kinds)


def rows_to_trust(num_latents: int) -> int:
    """Return 0: it takes what the rows suffice for."""
    return 0


def _hold_out(sides: Sides, seed: int) -> tuple[Sides, HeldOut]:
    """Return the rows left to fit on, and a quarter of each side to choose by."""
    rng = np.random.default_rng(seed)
    kept, apart = [], []
    for rows in sides:
        shuffled = rng.permutation(rows)
        count = round(SHARE_TO_CHOOSE_BY * len(rows))
        apart.append(np.sort(shuffled[:count]))
        kept.append(np.sort(shuffled[count:]))
    return (kept[0], kept[1]), HeldOut(apart[0], apart[1])


def _left_alone(
    source: Rows, target: Rows, learned: Sides, sizes: tuple[int, int], setting: Setting
) -> Parameters:
    """Return no parameters, there being too few rows to choose by."""
    if min(map(len, learned)) < AT_LEAST:
        reason = f"{len(learned[1])} target and {len(learned[0])} source rows are too few to fit a shift on."
    else:
        reason = (
            f"{sizes[0]} target and {sizes[1]} source rows are too few to choose a shift by; "
            f"it takes {LEAST_TO_CHOOSE_BY} a side."
        )
    setting.tell("chosen", "none")
    setting.tell("reason", reason)
    setting.tell("candidates", [])
    setting.warn(f"{reason} The latents stay where they are; name a --method to shift them.")
    return load_shift("none").fit(
        source, target, setting=setting, source_rows=learned[0], target_rows=learned[1]
    )


def _try_all(fitted: Sequence[Candidate], judging: Judging, setting: Setting) -> list[Tried]:
    """Return what was seen of each candidate at each strength, the simplest and the least first."""
    variants = [
        Variant(candidate, strength)
        for candidate in fitted
        for strength in (judging.strengths if candidate.method != "none" else (1.0,))
    ]
    return [judging.of(variant) for variant in setting.track(variants, "judging shifts")]
