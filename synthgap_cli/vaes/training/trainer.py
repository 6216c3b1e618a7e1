"""Training an autoencoder epoch by epoch, so that it can stop and go on."""

# N images, n images of a batch, H height, W width

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils import clip_grad_norm_

from synthgap_cli.arrays import ImageSource, Track, untracked
from synthgap_cli.devices import Precision, autocast
from synthgap_cli.errors import InvalidInput, SynthgapError
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.vaes.model import Vae, weights_of
from synthgap_cli.vaes.training.augmentation import augment
from synthgap_cli.vaes.training.objective import Terms, kl_weight, objective
from synthgap_cli.vaes.training.recipes import Recipe, plan
from synthgap_cli.vaes.training.records import Best, EpochRecord, StepRecord, mean_of_finite
from synthgap_cli.vaes.training.sampling import epoch_batches
from synthgap_cli.vaes.training.schedules import learning_rate
from synthgap_cli.vaes.training.validation import validate

MOST_SKIPPED_IN_A_ROW = 20


class TrainingDiverged(SynthgapError):
    """Batch after batch gives a loss or a gradient that is not finite."""


class Trainer:
    """Yields an `EpochRecord` after each epoch, and is what a checkpoint holds.

    Order, augmentation and noise are functions of the seed and the step, not of a generator's state. On the
    CPU a training that was stopped between epochs and resumed ends in the same weights, bit for bit.

    Parameters
    ----------
    vae : Vae
        Trained in place.
    images : ImageSource
        uint8 ``(N, H, W, 3)``; read batch by batch, ahead of the computation.
    train_rows : mapping of str to rows
        The rows of each domain; every domain gets the same share of each epoch.
    val_rows : rows
        Their PSNR says which epoch's weights are the best.
    recipe : Recipe
    seed : int
    device, precision
        See `synthgap_cli.devices`.

    Attributes
    ----------
    plan : Plan
        The steps that the recipe takes on these rows.
    step : int
        Optimizer steps taken or skipped so far.
    best : Best or None
        None before the first epoch has ended.

    Raises
    ------
    InvalidInput
        A domain has no rows to train on, or there are none to validate on.
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
        device: torch.device,
        precision: Precision,
        track: Track = untracked,
    ) -> None:
        for name, rows in {**train_rows, "validation": val_rows}.items():
            if len(rows) == 0:
                raise InvalidInput(f"There are no {name} images.", hint="Look at how the images were split.")
        self.vae = vae.to(device).to(memory_format=torch.channels_last)
        self.images = images
        self.train_rows = train_rows
        self.val_rows = val_rows
        self.recipe = recipe
        self.plan = plan(recipe, sum(map(len, train_rows.values())))
        self.seed = seed
        self.device = device
        self.precision: Precision = precision
        self.track = track
        self.trained = [parameter for parameter in vae.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.Adam(self.trained, betas=recipe.betas, eps=recipe.eps, fused=True)
        self.step = 0
        self.skipped_in_a_row = 0
        self.best: Best | None = None

    def __iter__(self) -> Iterator[EpochRecord]:
        """Yield a record of each epoch that is left."""
        while self.step < self.plan.total_steps:
            yield self._run_epoch()

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what resuming needs: numbers, strings and tensors in dicts, lists and tuples."""
        return {
            "settings": self._settings(),
            "step": self.step,
            "skipped_in_a_row": self.skipped_in_a_row,
            "weights": weights_of(self.vae),
            "optimizer": deepcopy(self.optimizer.state_dict()),
            "best": None if self.best is None else vars(self.best),
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
        self.vae.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.skipped_in_a_row = state["skipped_in_a_row"]
        self.best = None if state["best"] is None else Best(**state["best"])

    def _settings(self) -> dict[str, Any]:
        return {
            "network": self.vae.config,
            "recipe": asdict(self.recipe),
            "plan": asdict(self.plan),
            "seed": self.seed,
        }

    def _run_epoch(self) -> EpochRecord:
        started = perf_counter()
        self.vae.train()
        batches = self._batches_left_of_epoch()
        reading = iterate_batches(self.images, batches)
        steps = [self._take_step(images) for images in self.track(reading, "training", len(batches))]
        seconds = perf_counter() - started
        epoch = math.ceil(self.step / self.plan.steps_per_epoch)
        held_out = iterate_batches(self.images, split_batches(self.val_rows, self.recipe.batch_size))
        validation = validate(self.vae, held_out, device=self.device, precision=self.precision)
        if self.best is None or validation.val_psnr > self.best.val_psnr:
            self.best = Best(epoch, validation.val_psnr, weights_of(self.vae))
        return EpochRecord(
            epoch=epoch,
            step=self.step,
            learning_rate=self._learning_rate(self.step - 1),
            **vars(mean_of_finite(steps)),
            **vars(validation),
            images_per_second=len(steps) * self.recipe.batch_size / seconds,
            skipped_steps=sum(not step.is_finite for step in steps),
        )

    def _batches_left_of_epoch(self) -> list[NDArray[np.intp]]:
        """Return the rows of each step from here to the end of the epoch, or of the training."""
        epoch, done = divmod(self.step, self.plan.steps_per_epoch)
        batches = epoch_batches(
            self.train_rows,
            batch_size=self.recipe.batch_size,
            steps=self.plan.steps_per_epoch,
            seed=self.seed,
            epoch=epoch,
        )
        return batches[done : done + self.plan.total_steps - self.step]

    def _take_step(self, images: NDArray[np.uint8]) -> StepRecord:
        """Return what a batch ``(n, H, W, 3)`` gave, the optimizer having stepped if that is finite."""
        statistics = _running_statistics(self.vae)
        terms = self._terms(images)
        self.optimizer.zero_grad()
        terms.total.backward()  # type: ignore[no-untyped-call]
        norm = clip_grad_norm_(self.trained, self.recipe.clip_norm or math.inf)
        record = StepRecord(*torch.stack([*terms, norm]).tolist())  # waits for the device once
        if record.is_finite:
            self._update()
        else:
            for buffer, before in statistics:
                buffer.copy_(before)
            self._skip()
        self.step += 1
        return record

    def _terms(self, images: NDArray[np.uint8]) -> Terms:
        generator = _generator(self.seed, self.step, self.device)
        unit = to_unit_tensor(images, device=self.device, size=self.vae.image_size)  # (n, 3, H, W)
        unit = augment(unit, self.recipe.augment, generator=generator)
        noise = torch.randn((len(unit), *self.vae.latent_shape), generator=generator, device=self.device)
        with autocast(self.device, self.precision):
            decoded, posterior = self.vae(unit, noise)
        beta = kl_weight(self.recipe, self.step, total_steps=self.plan.total_steps)
        return objective(unit, decoded, posterior, loss=self.recipe.loss, beta=beta)

    def _learning_rate(self, step: int) -> float:
        return learning_rate(
            self.recipe.schedule,
            step,
            low=self.recipe.lr_low,
            high=self.recipe.lr_high,
            total_steps=self.plan.total_steps,
            cycle_steps=self.plan.cycle_steps,
        )

    def _update(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate(self.step)
        self.optimizer.step()
        self.skipped_in_a_row = 0

    def _skip(self) -> None:
        self.skipped_in_a_row += 1
        if self.skipped_in_a_row >= MOST_SKIPPED_IN_A_ROW:
            raise TrainingDiverged(
                f"The loss or its gradient was not finite in {self.skipped_in_a_row} steps in a row, "
                f"the last being step {self.step + 1}.",
                hint="Lower the highest learning rate, clip the gradient to a smaller norm, or use fp32.",
            )


def _generator(seed: int, step: int, device: torch.device) -> torch.Generator:
    """Return the source of all random numbers of a step."""
    state = np.random.SeedSequence([seed, step]).generate_state(1, np.uint64)
    return torch.Generator(device).manual_seed(int(state[0]))


def _running_statistics(vae: Vae) -> list[tuple[Tensor, Tensor]]:
    """Return each tensor that a forward pass alone changes, and a copy of it as it is now."""
    norms = [module for module in vae.modules() if isinstance(module, _BatchNorm) and module.training]
    return [(buffer, buffer.clone()) for norm in norms for buffer in norm.buffers()]
