"""A training from its first step, or from where it was interrupted, to its last."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.devices import lanes_for, processors_for, threads
from synthgap_cli.errors import SynthgapError
from synthgap_cli.interruption import Signals, deferred_signals
from synthgap_cli.memory import memory_limits_told
from synthgap_cli.stages.run import Reporter, Silence
from synthgap_cli.stages.training.log import TrainingLog, images_to_show
from synthgap_cli.stages.training.processes import device_of
from synthgap_cli.stages.training.state import load_state, save_state, state_paths
from synthgap_cli.stages.training.task import Task, make_trainer
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import write_vae
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.health import FEWEST_IMAGES, collapse
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.team import ALONE, Team
from synthgap_cli.vaes.training.trainer import Trainer, TrainingDiverged

MOST_SECONDS_UNSAVED = 600.0  # of an epoch that is longer; a shorter one is saved when it ends
SILENCE = Silence()


def train(task: Task, team: Team = ALONE, *, reporter: Reporter = SILENCE) -> list[EpochRecord]:
    """Train until the last epoch has ended, saving on the way; return the records of all epochs.

    Every process of the team calls this; the one that leads writes and gets the records.

    Raises
    ------
    TrainingDiverged
        The losses are no longer finite; what was saved before stays.
    Stopped
        A signal has arrived; the state was saved.
    """
    image_size = task.config["image_size"]
    execution = Execution(
        device_of(task.device, team),
        task.precision,
        team,
        task.parts,
        lanes=lanes_for(image_size, processes=team.size),
        compiled=task.compiled,
    )
    with ExitStack() as opened:
        stores = [opened.enter_context(open_store(path, Kind.IMAGES)) for path in task.images]
        clock = _Clock()
        signals = opened.enter_context(deferred_signals())
        opened.enter_context(memory_limits_told(f"training {task.path.name}"))
        trainer = make_trainer(
            task,
            stores,
            execution,
            reporter,
            pause=lambda: signals.arrived or (team.leads and clock.is_time(trainer.step)),
        )
        opened.enter_context(threads(processors_for(image_size, processes=team.size)))
        records = load_state(task.path, trainer, task.recipe, reporter) if task.resume else []
        clock.restart(trainer.step)
        team.wait()  # nobody saves before all have loaded
        log = opened.enter_context(TrainingLog(task.path, resumed=records)) if team.leads else None
        session = _Session(task, trainer, records, reporter, clock, signals)
        session.run(log, images_to_show(stores))
    return records


class _Clock:
    """Says when steps have been unsaved for too long; of the process that saves."""

    def __init__(self) -> None:
        self.restart(0)

    def is_time(self, step: int) -> bool:
        # a validation longer than that has nothing to save: it would be broken off each time anew
        return step != self.saved and monotonic() - self.started > MOST_SECONDS_UNSAVED

    def restart(self, step: int) -> None:
        self.started, self.saved = monotonic(), step


class _Session:
    """One run of the program over a training: what happens between pauses and epochs."""

    def __init__(
        self,
        task: Task,
        trainer: Trainer,
        records: list[EpochRecord],
        reporter: Reporter,
        clock: _Clock,
        signals: Signals,
    ) -> None:
        self.task, self.trainer, self.records = task, trainer, records
        self.reporter, self.clock, self.signals = reporter, clock, signals
        self.last, self.best = state_paths(task.path, task.recipe)
        self.warned = False

    def run(self, log: TrainingLog | None, shown: Mapping[str, NDArray[np.uint8]]) -> None:
        """Go on to the end, or until asked to stop; ``log`` is none where another leads."""
        execution = self.trainer.execution
        while not self.trainer.is_done:
            try:
                for record in self.trainer:
                    self._keep(record)
                    if log is not None:
                        log.epoch(self.records)
                        restored = {domain: self.trainer.restored(images) for domain, images in shown.items()}
                        log.pictures(restored, step=record.step)
            except TrainingDiverged as error:
                raise self._with_what_is_left(error) from error
            if not self.trainer.is_done and execution.team.leads:
                self._save()
            if execution.team.any(self.signals.arrived, execution.device):
                self._tell_of_the_stop()
                return

    def _keep(self, record: EpochRecord) -> None:
        self.records.append(record)
        best = self.trainer.best
        if best is not None and best.epoch == record.epoch:
            write_vae(self.best, vae_header(self.task, self.trainer), self.trainer.kept_weights())
        self._save()
        self.reporter.note(_line(record, self.trainer))
        self._warn_of_collapse(record)

    def _save(self) -> None:
        save_state(self.last, self.trainer, self.records)
        self.clock.restart(self.trainer.step)

    def _warn_of_collapse(self, record: EpochRecord) -> None:
        warm_up_steps = self.task.schedule.kl_warm_up * self.trainer.plan.total_steps
        enough = len(self.trainer.val_rows) >= FEWEST_IMAGES
        if enough and not self.warned and record.step >= warm_up_steps:
            told = collapse(record, math.prod(self.trainer.vae.latent_shape))
            if told is not None:
                self.reporter.warn(told)
            self.warned = told is not None

    def _with_what_is_left(self, error: TrainingDiverged) -> SynthgapError:
        best = self.trainer.best
        kept = f" {self.best} keeps epoch {best.epoch}, {best.val_psnr:.2f} dB." if best else ""
        return TrainingDiverged(f"{error.message}{kept}", hint=error.hint)

    def _tell_of_the_stop(self) -> None:
        total = self.trainer.plan.total_steps
        self.reporter.note(
            f"Stopped after step {self.trainer.step} of {total} and saved as {self.last}. "
            "The same command goes on from there."
        )


def vae_header(task: Task, trainer: Trainer) -> Header:
    """Return the header of the VAE as it is after its best epoch."""
    assert trainer.best is not None
    attributes = {
        "config": trainer.vae.config,
        "training": asdict(task.schedule),
        "total-steps": trainer.plan.total_steps,
        "precision": task.precision,
        "best-epoch": trainer.best.epoch,
        "val-psnr": trainer.best.val_psnr,
    }
    return Header(Kind.VAE, task.provenance, steps=(trainer.vae.tag,), attributes=attributes)


def _line(record: EpochRecord, trainer: Trainer) -> str:
    skipped = f", {record.skipped_steps} steps skipped" if record.skipped_steps else ""
    return (
        f"epoch {record.epoch}, step {record.step} of {trainer.plan.total_steps}: "
        f"loss {record.loss:.5f}, KL {record.kl:.0f} nats, validation PSNR {record.val_psnr:.2f} dB, "
        f"SSIM {record.val_ssim:.3f}, {record.images_per_second:.0f} images/s{skipped}"
    )
