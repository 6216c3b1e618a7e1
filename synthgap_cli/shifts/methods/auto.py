"""The map that came nearest to the target on rows that none was fitted on; no shift, where none did."""

# N rows, Z latents, n and m rows to choose by, k coordinates

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.shifts.candidates import Candidate, fit_candidates, fit_one
from synthgap_cli.shifts.choice import choose, explain
from synthgap_cli.shifts.evidence import Evidence, judging_directions, plan_evidence, weigh
from synthgap_cli.shifts.nested import put_under, taken_from
from synthgap_cli.shifts.shift import HeldOut, KindNumbers, Parameters, Setting, load_shift
from synthgap_cli.shifts.subspace import AT_LEAST, fit_subspace
from synthgap_cli.statistics.rows import Rows, numbered_rows

Sides = tuple[NDArray[np.intp], NDArray[np.intp]]  # rows of the source, rows of the target

RUNG = 13
LEAST_TO_CHOOSE_BY = 16  # rows a side: a classifier learns from half of them, less a block
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

    Told are ``chosen``, a ``reason``, and ``candidates``: for each its name, the numbers of `weigh` on
    the rows held out, the standard errors of their differences to no shift, and why it was left out.

    Notes
    -----
    Candidates are fitted at full strength and judged in the same directions, folds and blocks: the 64 in
    which the rows fitted on vary most, and that of the difference of means. Rows to choose by are the
    setting's; without them a quarter of the rows to fit on is held out, and the chosen map fitted again
    to all. With fewer than 16 a side nothing can be shown to be better than no shift. The rule is `choose`.
    """
    sides = numbered_rows(source, source_rows), numbered_rows(target, target_rows)
    learned, held_out = (sides, setting.held_out) if setting.held_out else _hold_out(sides, setting.seed)
    sizes = len(held_out.target_rows), len(held_out.source_rows)
    if min(sizes) < LEAST_TO_CHOOSE_BY or min(map(len, learned)) < AT_LEAST:
        return _left_alone(source, target, learned, sizes, setting)
    tried = list(
        fit_candidates(source, target, setting=setting, source_rows=learned[0], target_rows=learned[1])
    )
    fitted = [candidate for candidate in tried if not candidate.left_out]
    evidence = _weigh_all(fitted, source, target, learned, held_out, setting)
    name = choose(evidence, list(evidence))
    setting.tell("chosen", name)
    setting.tell("reason", explain(name, evidence, sizes))
    setting.tell("candidates", [_in_words(candidate, evidence) for candidate in tried])
    chosen = next(candidate for candidate in fitted if candidate.name == name)
    if setting.held_out is None:
        chosen = fit_one(name, source, target, setting=setting, source_rows=sides[0], target_rows=sides[1])
    for fact, value in chosen.told.items():
        setting.tell(fact, value)
    for sentence in chosen.warnings:
        setting.warn(sentence)
    return put_under(chosen.method, chosen.parameters)


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit."""
    method = next((name.partition(".")[0] for name in parameters), "none")
    return load_shift(method).apply(latents, taken_from(method, parameters), strength, kinds=kinds)


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


def _weigh_all(
    fitted: Sequence[Candidate],
    source: Rows,
    target: Rows,
    learned: Sides,
    held_out: HeldOut,
    setting: Setting,
) -> dict[str, Evidence]:
    """Return the evidence for each candidate, in the directions in which the rows fitted on vary most."""
    subspace = fit_subspace(source, target, setting=setting, source_rows=learned[0], target_rows=learned[1])
    directions = judging_directions(subspace).T  # (D, k)
    rows, kinds = held_out.source_rows, setting.source_kinds
    kinds = None if kinds is None else kinds[rows]
    blocks = target.blocks(held_out.target_rows)
    aims = np.concatenate([(block - subspace.target_mean) @ directions for block in blocks])  # (m, k)
    groups = held_out.groups and held_out.groups[::-1]  # the target's first
    plan = plan_evidence((len(aims), len(rows)), groups, seed=setting.seed)
    found = {}
    for candidate in setting.track(fitted, "judging shifts"):
        arrived = []
        start = 0
        for block in source.blocks(rows):
            of_block = None if kinds is None else kinds[start : start + len(block)]
            moved = candidate.shift.apply(np.asarray(block, np.float32), candidate.parameters, kinds=of_block)
            arrived.append((moved - subspace.target_mean) @ directions)
            start += len(block)
        found[candidate.name] = weigh(aims, np.concatenate(arrived), plan, seed=setting.seed)
    return found


def _in_words(candidate: Candidate, evidence: Mapping[str, Evidence]) -> dict[str, object]:
    """Return what is told of a candidate; its numbers are none where it was left out."""
    told: dict[str, object] = {"method": candidate.name, "left_out": candidate.left_out}
    found, nothing = evidence.get(candidate.name), evidence["none"]
    for name in ("c2st", "frechet"):
        number = getattr(found, name, None)
        told[name] = number and number.value
        told[f"{name}_error"] = number and number.error(getattr(nothing, name))
    return told
