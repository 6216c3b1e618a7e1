"""Image stores to a trained VAE and the log of its training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from synthgap_cli.errors import SynthgapError
from synthgap_cli.stages.run import Run, Silence
from synthgap_cli.stages.training.log import log_paths, write_log
from synthgap_cli.stages.training.loop import train
from synthgap_cli.stages.training.planning import plan_training
from synthgap_cli.stages.training.processes import assembled, launched_team
from synthgap_cli.stages.training.state import discard_state, state_paths
from synthgap_cli.stages.training.task import Task, TrainSettings
from synthgap_cli.store.header import Header
from synthgap_cli.store.schema import Kind
from synthgap_cli.vaes.training.records import EpochRecord


def train_on(
    images: Sequence[Header], settings: TrainSettings, *, output: str | None, resume: bool, run: Run
) -> list[Path]:
    """Write the VAE with the best validation PSNR and its training log; return both paths.

    Of several processes that torchrun has started, one writes, and the others return no paths.

    Raises
    ------
    UsageProblem
        The architecture, recipe or an option is unknown, or the image size does not suit the network.
    InvalidInput
        The stores differ in size, or lack rows to train on or to validate on.
    TrainingDiverged
        The losses are no longer finite; the state before that is kept.
    Stopped
        A signal has arrived; the state was saved.
    """
    team = launched_team(settings.devices)
    if not team.leads:
        run = replace(run, reporter=Silence())
    task = plan_training(images, settings, output=output, resume=resume, run=run)
    log, _ = log_paths(task.path)
    missing = [run.must_make(file, task.recipe) for file in (log, task.path)]  # asked of both: one may refuse
    if any(missing):
        with assembled(team, settings.devices, device=run.device, work=train, task=task) as team:
            records = train(task, team, reporter=run.reporter)
        if team.leads:
            _finish(task, records)
    elif not run.dry_run:
        discard_state(task.path, task.recipe)  # left where a kill came between the last two files
    return [task.path, log] if team.leads and not run.dry_run else []


def _finish(task: Task, records: Sequence[EpochRecord]) -> None:
    _, best = state_paths(task.path, task.recipe)
    if not any(math.isfinite(record.val_psnr) for record in records):
        raise SynthgapError(
            "No epoch gave images that can be compared: the network diverged.",
            hint="Lower --lr, or use --precision fp32.",
        )
    log, _ = log_paths(task.path)
    write_log(log, Header(Kind.RESULTS, task.provenance, steps=(task.tag,)), records)
    best.replace(task.path)  # last: it is what tells that the training is done
    discard_state(task.path, task.recipe)
