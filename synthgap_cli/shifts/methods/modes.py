"""One map a kind of image: each kind of the source moves onto the same kind of the target."""

# N source rows, M target rows, Z latents, n and m rows fitted on, K kinds

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.errors import UsageProblem
from synthgap_cli.shifts.agreement import agreed_labels
from synthgap_cli.shifts.clusters import default_clusters, matched_clusters
from synthgap_cli.shifts.discriminant import by_likelihood, by_nearest_centre, find_kinds
from synthgap_cli.shifts.nested import put_under, taken_from
from synthgap_cli.shifts.shift import KindNumbers, Parameters, Setting, load_shift, shift_names
from synthgap_cli.shifts.subspace import Subspace, fit_subspace
from synthgap_cli.statistics.rows import Rows, numbered_rows

Array = NDArray[np.float64]

RUNG = 12
LEAST_ROWS = 10  # of a kind, on either side, below which it moves with all others
UNSETTLED = 0.01  # share of target rows that may still change kind in the last round
LEAST_AGREEMENT = 0.85  # of the kinds found, below which all rows move alike
_COMPOSED = ("auto", "modes", "none")  # no base: a choice for each kind, kinds of kinds, no map


@dataclass(frozen=True)
class _Matched:
    """Kinds of the rows fitted on, (n,) and (m,), and the scores by which to find those of others."""

    source: KindNumbers
    target: KindNumbers
    scores: Parameters


def fit(
    source: Rows,
    target: Rows,
    *,
    setting: Setting,
    source_rows: NDArray[np.intp] | None = None,
    target_rows: NDArray[np.intp] | None = None,
) -> Parameters:
    """Return a map for each kind, one for all rows, and the scores by which rows are told apart.

    ``<base>.<kind>.*`` and ``<base>.all.*`` are parameters of the base; a kind with fewer than ten rows on
    either side has none of its own and moves as all rows together would. ``discriminants`` (K, Z) and
    ``intercepts`` (K,) score latents, see `find_kinds`.

    Notes
    -----
    Where kinds of the source are known, those of the target are found by `agreed_labels`, or are those
    that the setting gives. Where those found agree by less than 0.85, no kind has a map of its own. Where
    no kinds are known, both sides are cut into clusters (`matched_clusters`).
    Kinds are told apart in the 64 directions in which both sides vary most.

    Raises
    ------
    UsageProblem
        There is no such base.
    """
    if setting.base in _COMPOSED or setting.base not in shift_names():
        known = [name for name in shift_names() if name not in _COMPOSED]
        raise UsageProblem(f"modes cannot be made of {setting.base!r}.", hint=f"Say {', '.join(known)}.")
    subspace = fit_subspace(source, target, setting=setting, source_rows=source_rows, target_rows=target_rows)
    starts = subspace.read_source(source, source_rows)  # (n, k)
    aims = subspace.read_target(target, target_rows)  # (m, k)
    sides = numbered_rows(source, source_rows), numbered_rows(target, target_rows)
    if setting.source_kinds is None:
        matched = _by_clusters(starts, aims, subspace, setting)
    else:
        given = None if setting.target_kinds is None else setting.target_kinds[sides[1]]
        matched = _by_labels(starts, setting.source_kinds[sides[0]], aims, given, subspace, setting)
    return {**matched.scores, **_maps(source, target, sides, matched, setting)}


def apply(
    latents: NDArray[np.float32],
    parameters: Parameters,
    strength: float = 1.0,
    *,
    kinds: KindNumbers | None = None,
) -> NDArray[np.float32]:
    """Return the latents (N, Z) moved ``strength`` of the way; 0 changes no bit.

    Rows of unknown kind are of the one that `find_kinds` gives them.
    """
    (base,) = {name.partition(".")[0] for name in parameters if "." in name}
    found = find_kinds(latents, parameters)
    if kinds is not None:
        found = np.where(kinds < 0, found, kinds)
    moved = np.empty_like(latents)
    for kind in np.unique(found):
        rows = found == kind
        own = taken_from(f"{base}.{kind}", parameters) or taken_from(f"{base}.all", parameters)
        moved[rows] = load_shift(base).apply(latents[rows], own, strength)
    return moved


def rows_to_trust(num_latents: int) -> int:
    """Return 100: kinds of which there are ten rows each."""
    return 100


def _by_clusters(starts: Array, aims: Array, subspace: Subspace, setting: Setting) -> _Matched:
    count = setting.clusters or default_clusters(min(len(starts), len(aims)))
    count = min(count, len(starts), len(aims))
    ours, theirs, centres = matched_clusters(starts, aims, count, seed=setting.seed)
    return _Matched(ours, theirs, by_nearest_centre(centres, subspace))


def _by_labels(
    starts: Array,
    kinds: KindNumbers,
    aims: Array,
    given: KindNumbers | None,
    subspace: Subspace,
    setting: Setting,
) -> _Matched:
    """Return the kinds by the source's labels; rows without one are not learned from."""
    assert setting.source_kinds is not None
    num_kinds = int(setting.source_kinds.max()) + 1
    labelled = kinds >= 0
    if not labelled.any():
        raise UsageProblem("None of the rows to fit on has a label.", hint="Fit on another split.")
    scores = by_likelihood(starts[labelled], kinds[labelled], num_kinds, subspace)
    if given is not None:
        return _Matched(kinds, given, scores)
    return _Matched(kinds, _found_kinds(starts[labelled], kinds[labelled], aims, num_kinds, setting), scores)


def _found_kinds(
    starts: Array, kinds: KindNumbers, aims: Array, num_kinds: int, setting: Setting
) -> KindNumbers:
    """Return the kinds of target rows (m,), or -1 for all of them where they are not to be believed."""
    found = agreed_labels(starts, kinds, aims, num_kinds, seed=setting.seed)
    by_all = found.by_all
    setting.tell("rounds", by_all.rounds)
    setting.tell("changed-in-last-round", by_all.changed)
    setting.tell("held-to-shares", by_all.hold)
    setting.tell("cut", by_all.cut)
    setting.tell("agreement", found.agreement)
    if by_all.changed > UNSETTLED * len(aims):
        setting.warn(
            f"Of {len(aims)} target rows {by_all.changed} still changed kind after {by_all.rounds} rounds: "
            "which kind they are of is not settled."
        )
    if found.agreement >= LEAST_AGREEMENT:
        return found.kinds
    setting.warn(
        f"modes cannot tell the {num_kinds} kinds of the {len(aims)} target rows: its agreement is "
        f"{found.agreement:.2f}, and {LEAST_AGREEMENT:g} is asked for. So all rows move alike, by "
        f"{setting.base}, whatever their kind."
    )
    return np.full(len(aims), -1)


def _maps(
    source: Rows,
    target: Rows,
    sides: tuple[NDArray[np.intp], NDArray[np.intp]],
    matched: _Matched,
    setting: Setting,
) -> Parameters:
    """Return the base's parameters for all rows, and for each kind with rows enough."""
    base = load_shift(setting.base)
    maps = {"all": base.fit(source, target, setting=setting, source_rows=sides[0], target_rows=sides[1])}
    num_kinds = len(matched.scores["intercepts"])
    counts = [
        np.bincount(kinds[kinds >= 0], minlength=num_kinds) for kinds in (matched.source, matched.target)
    ]
    enough = np.minimum(*counts) >= LEAST_ROWS
    for kind in setting.track(np.flatnonzero(enough), "fitting kinds", int(enough.sum())):
        ours, theirs = (
            rows[of == kind] for rows, of in zip(sides, (matched.source, matched.target), strict=True)
        )
        maps[str(kind)] = base.fit(source, target, setting=setting, source_rows=ours, target_rows=theirs)
    setting.tell("source-counts", counts[0].tolist())
    setting.tell("target-counts", counts[1].tolist())
    setting.tell("moved-with-all", np.flatnonzero(~enough).tolist())
    nested = [put_under(f"{setting.base}.{kind}", parameters) for kind, parameters in maps.items()]
    return {name: values for parameters in nested for name, values in parameters.items()}
