"""A study directory as one page."""

from __future__ import annotations

from pathlib import Path

from synthgap_cli import __version__
from synthgap_cli.report.content import Report, Section
from synthgap_cli.report.directory import StudyDirectory, samples
from synthgap_cli.report.findings import findings
from synthgap_cli.report.page import render_page
from synthgap_cli.report.sections import (
    audit,
    content,
    data,
    distances,
    effect,
    judge,
    latents,
    provenance,
    translated,
)
from synthgap_cli.store.atomic import replacing


def write_report(directory: Path, output: Path | None = None) -> Path:
    """Write the report of a study, ``report.html`` in its directory by default; return its path.

    Raises
    ------
    InputMissing
        The directory does not hold the originals of a study.
    """
    study = StudyDirectory.open(directory)
    path = output or directory / "report.html"
    page = render_page(describe(study))
    with replacing(path) as partial:
        partial.write_text(page, encoding="utf-8")
    return path


def describe(study: StudyDirectory) -> Report:
    """Return what the report of a study says; parts whose stores are missing are left out."""
    parts: list[Section] = [
        *translated.sections(study),
        *audit.sections(study),
        data.section(study),
        *judge.sections(study),
        content.section(study),
        *distances.sections(study),
        *(latents.section(study, vae) for vae in study.vaes),
        *effect.sections(study),
        provenance.section(study),
    ]
    reference, candidate = study.domains
    return Report(
        title=f"{reference} against {candidate}",
        subtitle="How far the synthetic images are from the real ones, and what a shift changes",
        facts=_facts(study),
        findings=findings(study),
        warnings=_warnings(study),
        sections=parts,
    )


def _facts(study: StudyDirectory) -> list[tuple[str, str]]:
    facts = [("program", f"synthgap {__version__}")]
    settings = study.record.get("settings", {})
    if settings:
        facts += [("preset", settings["preset"]), ("seed", str(settings["seed"]))]
    counted = [f"{h.domain}: {len(samples(h)):,}" for h in study.originals]
    facts.append(("images", "; ".join(counted)))
    facts.append(("VAEs", ", ".join(vae.steps[0] for vae in study.vaes) or "none"))
    return facts


def _warnings(study: StudyDirectory) -> list[str]:
    warnings = list(study.record.get("left_out", []))
    if study.originals[0].provenance.recipe.parameters.get("split_by") == "image":
        warnings.append(
            "Images were split one by one, because scenes are unknown or fewer than ten. Where images of one "
            "scene lie on both sides of a split, judges can recognise scenes, and intervals are too narrow."
        )
    warnings += audit.alarms(study) if audit.audits_of_originals(study) else data.confound_warnings(study)
    return warnings
