"""Training an autoencoder epoch by epoch, so that it can stop at any step and go on."""

# N images, H height, W width

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, astuple
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.arrays import ImageSource, Track, untracked
from synthgap_cli.errors import InvalidInput, SynthgapError
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.vaes.model import Vae, weights_of
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.objective import Perceptual
from synthgap_cli.vaes.training.recipes import Recipe, plan
from synthgap_cli.vaes.training.records import Best, EpochRecord, StepRecord, mean_of_finite
from synthgap_cli.vaes.training.sampling import epoch_batches
from synthgap_cli.vaes.training.stepper import Stepper
from synthgap_cli.vaes.training.validation import Validation, restore, validate

MOST_SKIPPED_IN_A_ROW = 20


class TrainingDiverged(SynthgapError):
    """Batch after batch gives a loss or a gradient that is not finite."""


class _Paused(Exception):
    """Somebody has asked for a pause."""


class Trainer:
    """Yields an `EpochRecord` after each epoch, and is what a checkpoint holds.

    On the CPU a training that was stopped after any step and resumed ends in the same weights, bit for bit.

    Parameters
    ----------
    vae : Vae
        Trained in place.
    images : ImageSource
        uint8 ``(N, H, W, 3)``; read batch by batch, ahead of the computation.
    train_rows : mapping of str to rows
        The rows of each domain.
    val_rows : rows
        Their PSNR says which epoch's weights are the best.
    recipe : Recipe
    seed : int
    execution : Execution
    perceptual : callable or None
        The distance that the recipe's perceptual term takes.
    pause : callable
        Asked after each step and each batch of validation; where it returns True, iterating ends early and
        another iteration goes on from there.

    Attributes
    ----------
    plan : Plan
        The steps that the recipe takes on these rows.
    epoch, step : int
        Epochs finished and optimizer steps taken or skipped so far.
    best : Best or None
        None before an epoch has ended whose validation is finite.

    Raises
    ------
    InvalidInput
        A domain has no rows to train on, or there are none to validate on.
    UsageProblem
        The batch cannot be divided as ``execution`` says, or is too small for batch norm.
    TrainingDiverged
        While iterating: 20 steps in a row were not finite. ``vae`` is then as it was before them.
    """

    def __init__(
        self,
        vae: Vae,
        images: ImageSource,
        train_rows: Mapping[str, NDArray[np.intp]],
        val_rows: NDArray[np.intp],
        recipe: Recipe,
        *,
        seed: int,
        execution: Execution,
        perceptual: Perceptual | None = None,
        track: Track = untracked,
        pause: Callable[[], bool] = lambda: False,
    ) -> None:
        for name, rows in {**train_rows, "validation": val_rows}.items():
            if len(rows) == 0:
                raise InvalidInput(f"There are no {name} images.", hint="Look at how the images were split.")
        self.vae, self.images, self.val_rows = vae, images, val_rows
        self.train_rows = train_rows if recipe.balanced else {"all": np.concatenate([*train_rows.values()])}
        self.recipe, self.seed, self.execution, self.track, self.pause = recipe, seed, execution, track, pause
        self.plan = plan(recipe, sum(map(len, train_rows.values())))
        self.stepper = Stepper(vae, recipe, self.plan, seed=seed, execution=execution, perceptual=perceptual)
        self.epoch = self.step = self.skipped_in_a_row = 0
        self.steps: list[StepRecord] = []  # of the epoch under way
        self.seconds = 0.0  # that they took
        self.best: Best | None = None

    @property
    def is_done(self) -> bool:
        """Whether every epoch has ended."""
        return self.epoch == self.plan.epochs

    def __iter__(self) -> Iterator[EpochRecord]:
        """Yield a record of each epoch that is left, until a pause; of a team, only in the one that leads."""
        with suppress(_Paused):
            while not self.is_done:
                self._take_steps()
                validation = self._validate()
                record = validation and self._end_epoch(validation)
                self.epoch, self.steps, self.seconds = self.epoch + 1, [], 0.0
                if record:
                    yield record

    def kept_weights(self) -> dict[str, Tensor]:
        """Return a copy of the weights that are validated and kept: the moving average's, if there is one."""
        with self.stepper.kept():
            return weights_of(self.vae)

    def restored(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return images ``(n, H, W, 3)`` at the network's size, and what the kept weights restore of them."""
        with self.stepper.kept():
            return restore(self.vae, images, device=self.execution.device, precision=self.execution.precision)

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what resuming needs: numbers, strings and tensors in dicts, lists and tuples."""
        return {
            "settings": self._settings(),
            "epoch": self.epoch,
            "step": self.step,
            "skipped-in-a-row": self.skipped_in_a_row,
            "steps": [astuple(step) for step in self.steps],
            "seconds": self.seconds,
            "best": None if self.best is None else astuple(self.best),
            "stepper": self.stepper.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken.

        Raises
        ------
        InvalidInput
            The state is of a training with other settings.
        """
        differing = [name for name, value in self._settings().items() if state["settings"][name] != value]
        if differing:
            raise InvalidInput(
                f"The training to resume had another {' and another '.join(differing)}.",
                hint="Resume with the settings it was started with, or start anew.",
            )
        steps = [StepRecord(*step) for step in state["steps"]]
        best = None if state["best"] is None else Best(*state["best"])
        self.stepper.load_state_dict(state["stepper"])
        self.steps, self.best = steps, best
        self.epoch, self.step, self.seconds = state["epoch"], state["step"], state["seconds"]
        self.skipped_in_a_row = state["skipped-in-a-row"]

    def _settings(self) -> dict[str, Any]:
        return {
            "network": self.vae.config,
            "recipe": asdict(self.recipe),
            "plan": asdict(self.plan),
            "seed": self.seed,
        }

    def _take_steps(self) -> None:
        """Take the steps that are left of the epoch."""
        started = perf_counter() - self.seconds
        self.vae.train()
        if self.execution.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.execution.device)
        batches = [self.execution.team.share(batch) for batch in self._batches_left_of_epoch()]
        for images in self.track(iterate_batches(self.images, batches), "training", len(batches)):
            record = self.stepper.take(images, self.step)
            self.step += 1
            self.steps.append(record)
            self.seconds = perf_counter() - started
            self.skipped_in_a_row = 0 if record.is_finite else self.skipped_in_a_row + 1
            self._require_progress()
            if self.execution.team.any(self.pause(), self.execution.device):
                raise _Paused

    def _batches_left_of_epoch(self) -> list[NDArray[np.intp]]:
        """Return the rows of each step from here to the end of the epoch, or of the training."""
        batches = epoch_batches(
            self.train_rows,
            batch_size=self.recipe.batch_size,
            steps=self.plan.steps_per_epoch,
            seed=self.seed,
            epoch=self.epoch,
        )
        done = len(self.steps)
        return batches[done : done + self.plan.total_steps - self.step]

    def _require_progress(self) -> None:
        if self.skipped_in_a_row >= MOST_SKIPPED_IN_A_ROW:
            raise TrainingDiverged(
                f"The loss or its gradient was not finite in {self.skipped_in_a_row} steps in a row, "
                f"the last being step {self.step}.",
                hint="Lower the highest learning rate, clip the gradient to a smaller norm, or use fp32.",
            )

    def _validate(self) -> Validation | None:
        """Return how well held-out images are restored; None in a process that does not lead."""
        team, device = self.execution.team, self.execution.device
        validation = None
        if team.leads:
            held_out = iterate_batches(self.images, split_batches(self.val_rows, self.recipe.batch_size))
            with suppress(_Paused), self.stepper.kept():
                validation = validate(
                    self.vae,
                    self._until_pause(held_out),
                    device=device,
                    precision=self.execution.precision,
                    seed=self.seed,
                )
        if team.any(team.leads and validation is None, device):
            raise _Paused
        return validation

    def _until_pause(self, batches: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
        for batch in batches:
            if self.pause():
                raise _Paused
            yield batch

    def _end_epoch(self, validation: Validation) -> EpochRecord:
        device = self.execution.device
        psnr = validation.val_psnr
        if math.isfinite(psnr) and (self.best is None or psnr > self.best.val_psnr):
            self.best = Best(self.epoch + 1, psnr)
        return EpochRecord(
            epoch=self.epoch + 1,
            step=self.step,
            learning_rate=self.stepper.learning_rate(self.step - 1),
            **vars(mean_of_finite(self.steps)),
            **vars(validation),
            images_per_second=len(self.steps) * self.recipe.batch_size / self.seconds,
            device_memory=torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0,
            skipped_steps=sum(not step.is_finite for step in self.steps),
        )
