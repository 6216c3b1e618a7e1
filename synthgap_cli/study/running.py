"""A study from its folders to its report, with a record of what was asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from synthgap_cli.errors import InputMissing
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
        require_writable(Path(synthetic), Path(translate))
    stale = replace(run, replace="stale") if run.replace == "never" else run
    study = Study(directory, settings, stale)
    study.carry_out(Path(real), Path(synthetic))
    record = {"settings": asdict(settings), "real": real, "synthetic": synthetic}
    if translate:
        steps = study.translate(Path(synthetic), Path(translate))
        told = {"from": synthetic, "to": translate}
        relative = {name: os.path.relpath(path, directory) for name, path in told.items()}
        record |= {"translated": {**relative, "by": steps}}
    with replacing(directory / RECORD) as partial:
        partial.write_text(json.dumps({**record, "left_out": study.left_out}, indent=1))
    run.reporter.note("report: what all of this says")
    return [write_report(directory), *([Path(translate)] if translate else [])]


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
