"""Pairs of image stores to results stores: do metadata or simple statistics alone tell the sides apart?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synthgap_cli.audit.judging import Judgement, judge_columns
from synthgap_cli.audit.wording import (
    Verdict,
    call_out_treatments,
    describe_side,
    judge_metadata,
    judge_statistics,
    name_difference,
)
from synthgap_cli.pairing import Pair, name_pairs
from synthgap_cli.stages.examined import METADATA, MOST, Examined, examine
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.statistics.auc import AucEstimate
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.writer import create_store
from synthgap_cli.study_dir import file_name


@dataclass(frozen=True)
class AuditSettings:
    """What enters the recipe of an audit."""

    seed: int = 0


@dataclass(frozen=True)
class Audited:
    """One judge: what it found and what may be said of it."""

    judge: str
    found: Judgement | None
    verdict: Verdict


def audit_pairs(
    pairs: Sequence[Pair], settings: AuditSettings, *, output: str | None, run: Run
) -> list[Path]:
    """Write an audit of each pair of image stores; return the paths of all that are there.

    All splits are looked at, of each side at most 2,000 images, evenly spread: every image is judged by what
    was learned from other scenes.
    """
    names = [
        file_name(prefix, (*pair.steps, "audit"), Kind.RESULTS)
        for pair, prefix in zip(pairs, name_pairs(pairs), strict=True)
    ]
    paths = place(output, names, beside=pairs[0].candidate)
    for pair, path in zip(pairs, paths, strict=True):
        recipe = Recipe("audit", {**asdict(settings), "most": MOST}, pair.as_parents(child=path))
        if run.must_make(path, recipe):
            _audit(pair, path, settings, recipe, run)
    return [] if run.dry_run else paths


def _audit(pair: Pair, path: Path, settings: AuditSettings, recipe: Recipe, run: Run) -> None:
    examined = examine(pair, run.reporter)
    audited = [_judge(judge, examined, settings, run) for judge in examined.columns]
    header = Header(Kind.RESULTS, run.provenance(recipe, [pair.reference, pair.candidate]), steps=pair.steps)
    rows = [_summary_row(one, examined, pair) for one in audited]
    with create_store(path, header) as writer:
        writer.table("summary", {name: [row[name] for row in rows] for name in rows[0]})
        components = [row for one in audited for row in _component_rows(one, examined)]
        writer.table(
            f"components/{pair.name}", {name: [row[name] for row in components] for name in COMPONENTS}
        )
    for one in audited:
        if one.verdict.alarm:
            run.reporter.warn(one.verdict.text)


def _judge(judge: str, examined: Examined, settings: AuditSettings, run: Run) -> Audited:
    found = judge_columns(
        examined.columns[judge],
        examined.is_candidate,
        examined.units,
        clustered=examined.clustered,
        seed=settings.seed,
        track=lambda items, what, total=None: run.reporter.track(items, f"audit: {judge}, {what}", total),
    )
    if judge == METADATA:
        verdict = judge_metadata(found, examined.is_candidate, equalised=examined.equalised)
    else:
        untouched = examined.are_originals and not examined.equalised
        verdict = judge_statistics(found, examined.is_candidate, as_stored_by_source=untouched)
        if examined.are_originals:  # others are pixels that a decoder made anew
            verdict = call_out_treatments(verdict, examined.treatments)
    return Audited(judge, found, verdict)


def _summary_row(audited: Audited, examined: Examined, pair: Pair) -> dict[str, Any]:
    sides = ~examined.is_candidate, examined.is_candidate
    groups = [len(np.unique(examined.units[side])) if examined.clustered else 0 for side in sides]
    found = audited.found
    auc = AucEstimate(np.nan, 0.0, 1.0) if found is None else found.auc
    leading = None if found is None else found.leading
    return {
        "pair": pair.name,
        "judge": audited.judge,
        "n_reference": int(sides[0].sum()),
        "n_candidate": int(sides[1].sum()),
        "groups_reference": groups[0],  # 0: images were taken as independent
        "groups_candidate": groups[1],
        "auc": auc.auc,
        "auc_low": auc.low,
        "auc_high": auc.high,
        "leading": name_difference(leading.column, examined.is_candidate) if leading else "",
        "leading_auc": leading.alone.auc if leading else np.nan,
        "equalised": examined.equalised,
        "alarm": int(audited.verdict.alarm),
        "verdict": audited.verdict.text,
    }


COMPONENTS = (
    "judge",
    "column",
    "title",
    "auc",
    "auc_low",
    "auc_high",
    "importance",
    "reference",
    "candidate",
)


def _component_rows(audited: Audited, examined: Examined) -> list[dict[str, Any]]:
    if audited.found is None:
        return []
    return [
        {
            "judge": audited.judge,
            "column": one.column.name,
            "title": one.column.title,
            "auc": one.alone.auc,
            "auc_low": one.alone.low,
            "auc_high": one.alone.high,
            "importance": one.importance,
            "reference": describe_side(one.column, ~examined.is_candidate),
            "candidate": describe_side(one.column, examined.is_candidate),
        }
        for one in audited.found.columns
    ]
