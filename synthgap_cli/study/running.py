"""A study from its folders to its report, with a record of what was asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from synthgap_cli.errors import InputMissing, SynthgapError, UsageProblem
from synthgap_cli.report.directory import RECORD
from synthgap_cli.report.study import write_report
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.translate import require_writable
from synthgap_cli.store.atomic import replacing
from synthgap_cli.study.graph import Study
from synthgap_cli.study.presets import StudySettings


def run_study(
    real: str, synthetic: str, output: str, settings: StudySettings, *, translate: str | None = None, run: Run
) -> list[Path]:
    """Carry out a study; return the path of its report, and of the folder translated if one is asked for.

    Raises
    ------
    InputMissing
        A folder is not there.
    """
    directory = Path(output)
    if run.dry_run:
        _tell_plan(settings, directory, run.reporter.note)
        if translate:
            run.reporter.note(f"would translate {synthetic} into {translate}")
        return []
    for folder in (real, synthetic):
        if not Path(folder).is_dir():
            raise InputMissing(f"There is no folder {folder}.", hint="Name two folders of images.")
    if translate:
        _require_translatable((real, synthetic), directory, Path(translate))
    stale = replace(run, replace="stale") if run.replace == "never" else run
    study = Study(directory, settings, stale)
    study.carry_out(Path(real), Path(synthetic))
    record = {"settings": asdict(settings), "real": real, "synthetic": synthetic}
    told, failed = _translate(study, synthetic, translate) if translate else ({}, None)
    record |= told
    with replacing(directory / RECORD) as partial:
        partial.write_text(json.dumps({**record, "left_out": study.left_out}, indent=1))
    run.reporter.note("report: what all of this says")
    report = write_report(directory)
    if failed:  # only now: what the study found does not depend on it
        raise failed
    return [report, *([Path(translate)] if translate else [])]


def _translate(
    study: Study, synthetic: str, output: str
) -> tuple[dict[str, dict[str, str]], SynthgapError | None]:
    """Return what the study's record says of the translated folder, or why there is none."""
    try:
        steps = study.translate(Path(synthetic), Path(output))
    except SynthgapError as error:
        return {}, error
    told = {"from": synthetic, "to": output}
    relative = {name: os.path.relpath(path, study.directory) for name, path in told.items()}
    return {"translated": {**relative, "by": steps}}, None


def _require_translatable(folders: tuple[str, str], directory: Path, translated: Path) -> None:
    """Raise, before hours of work, if the translated folder cannot be written at the study's end."""
    for folder in folders:
        require_writable(Path(folder), translated)
    if directory.resolve().is_relative_to(translated.resolve()):
        raise UsageProblem(
            f"--translate {translated} holds the study's own directory, {directory}.",
            hint="Give each a folder of its own.",
        )


def _tell_plan(settings: StudySettings, directory: Path, tell: Callable[[str], None]) -> None:
    networks = ", ".join(settings.networks) or "no networks"
    sizes = ", ".join(map(str, settings.classifier_sizes))
    tell(f"would read both folders into stores of {settings.size}x{settings.size} in {directory}")
    tell(f"would classify at {sizes}; extract and test with {networks} ({settings.weights} weights)")
    for plan in settings.vaes:
        options = " ".join(f"{name} {value}" for name, value in plan.options.items())
        epochs = plan.epochs or "the recipe's"
        tell(
            f"would train {plan.architecture} {options} for {epochs} epochs "
            f"({settings.vae_recipe} recipe), encode, "
            f"shift by {', '.join(settings.shift_methods)} at strength {settings.strength:g}, decode, "
            "and keep a ledger of what was closed"
        )
    tell(f"would write {directory / 'report.html'}; stages that are up to date are not run again")
