"""Optimizer steps: what happens between a batch of images and changed weights."""

# N images of a batch, n of this process's share or a part of it, H height, W width, L the latent axes

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils import clip_grad_norm_

from synthgap_cli.devices import autocast, seeded
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.vaes.model import Vae, require_batch, weights_of
from synthgap_cli.vaes.training.augmentation import augment, draw_changes
from synthgap_cli.vaes.training.averaging import MovingAverage
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.lanes import Lanes, lanes_of
from synthgap_cli.vaes.training.objective import Perceptual, Terms, kl_weight, objective
from synthgap_cli.vaes.training.recipes import Plan, Recipe
from synthgap_cli.vaes.training.records import StepRecord
from synthgap_cli.vaes.training.schedules import learning_rate
from synthgap_cli.vaes.training.team import unsynchronised

Part = tuple[NDArray[np.uint8], Tensor, Tensor]  # images, and their rows of the batch's random numbers

OPTIMIZERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


class Stepper:
    """Takes steps; order, augmentation and noise are functions of the seed and the step, not of a state.

    A row's augmentation and noise are drawn for the whole batch and then divided, so they depend neither on
    the number of processes nor on that of parts. What a front drops out while it is trained does.

    Parameters
    ----------
    vae : Vae
        Trained in place.
    recipe, plan, seed, execution
    perceptual : callable or None
        The distance that the recipe's perceptual term takes.
    """

    def __init__(
        self,
        vae: Vae,
        recipe: Recipe,
        plan: Plan,
        *,
        seed: int,
        execution: Execution,
        perceptual: Perceptual | None = None,
    ) -> None:
        require_batch(vae, execution.images_at_once(recipe.batch_size))
        self.vae = vae.to(execution.device).to(memory_format=torch.channels_last)
        self.recipe, self.plan, self.seed, self.execution = recipe, plan, seed, execution
        self.perceptual = perceptual
        self.trained = [weight for weight in vae.parameters() if weight.requires_grad]
        self.optimizer: torch.optim.Optimizer = OPTIMIZERS[recipe.optimizer](
            self.trained, betas=recipe.betas, eps=recipe.eps, weight_decay=recipe.weight_decay, fused=True
        )
        self.scaler = torch.amp.GradScaler(execution.device.type, enabled=execution.precision == "fp16")
        self.average = None if recipe.ema is None else MovingAverage(vae, recipe.ema)
        self.num_lanes = lanes_of(vae, execution, recipe.batch_size)
        self.lanes = Lanes(self.num_lanes) if self.num_lanes > 1 else None
        self.shared = execution.team.wrap(self.vae, execution.device)
        self.network: nn.Module = self.shared
        if execution.compiled:
            self.network = cast(nn.Module, torch.compile(self.shared))

    def take(self, images: NDArray[np.uint8], step: int) -> StepRecord:
        """Return what step ``step`` (from 0) gave; if that is not finite, nothing has changed.

        Parameters
        ----------
        images : uint8 (n, H, W, 3)
            This process's share of the batch.
        """
        statistics = _running_statistics(self.vae)
        self.optimizer.zero_grad()
        values = self._add_gradients(images, step)
        self.scaler.unscale_(self.optimizer)
        norm = clip_grad_norm_(self.trained, self.recipe.clip_norm or math.inf)
        record = StepRecord(*torch.cat([values, norm[None]]).tolist())  # waits for the device once
        if record.is_finite:
            self._update(step)
        else:
            for buffer, before in statistics:
                buffer.copy_(before)
        self.scaler.update()
        return record

    def learning_rate(self, step: int) -> float:
        """Return the learning rate of a step."""
        return learning_rate(
            self.recipe.schedule,
            step,
            low=self.recipe.lr_low,
            high=self.recipe.lr_high,
            total_steps=self.plan.total_steps,
            cycle_steps=self.plan.cycle_steps,
        )

    def kept(self) -> AbstractContextManager[None]:
        """Return the context in which ``vae`` has the weights that are validated and kept."""
        return nullcontext() if self.average is None else self.average.in_place()

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what resuming needs."""
        return {
            "weights": weights_of(self.vae),
            "optimizer": deepcopy(self.optimizer.state_dict()),
            "scaler": self.scaler.state_dict(),
            "average": None if self.average is None else self.average.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where ``state`` was taken."""
        self.vae.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.scaler.is_enabled():
            self.scaler.load_state_dict(state["scaler"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])

    def _add_gradients(self, images: NDArray[np.uint8], step: int) -> Tensor:
        """Return the terms ``(5,)`` of the whole batch, its gradients having been computed part by part."""
        parts, device = self.execution.parts, self.execution.device
        values = torch.zeros(len(Terms._fields), device=device)
        for part, (rows, changes, noise) in enumerate(self._parts(images, step), start=1):
            dropped = _seed(self.seed, step, part, self.execution.team.rank)
            with (
                nullcontext() if part == parts else unsynchronised(self.shared),
                seeded(dropped, device),
            ):
                values += self._add_part((rows, changes, noise), step, 1 / parts)
        return self.execution.team.mean(values)

    def _add_part(self, part: Part, step: int, share: float) -> Tensor:
        """Return the terms ``(5,)`` of a part, times its share of the batch; so its gradients are added."""
        if self.lanes is None:
            terms = self._terms(*part, step)
            self.scaler.scale(share * terms.total).backward()  # type: ignore[no-untyped-call]
            return share * torch.stack([term.detach() for term in terms])
        images = np.array_split(part[0], self.num_lanes)
        changes, noise = (of.tensor_split(self.num_lanes) for of in part[1:])
        pieces = list(zip(images, changes, noise, strict=True))
        shares = [share * len(of) / len(part[0]) for of in images]
        return self.lanes.add_gradients(lambda piece: self._terms(*piece, step), pieces, shares, self.trained)

    def _parts(self, images: NDArray[np.uint8], step: int) -> Iterator[Part]:
        """Yield the images of each part, and their rows of the batch's random numbers."""
        device, team, parts = self.execution.device, self.execution.team, self.execution.parts
        generator = _generator(self.seed, step, device)
        batch_size = len(images) * team.size
        changes = draw_changes(batch_size, generator=generator, device=device)
        noise = torch.randn((batch_size, *self.vae.latent_shape), generator=generator, device=device)
        drawn = team.share(changes).chunk(parts), team.share(noise).chunk(parts)
        yield from zip(np.split(images, parts), *drawn, strict=True)

    def _terms(self, images: NDArray[np.uint8], changes: Tensor, noise: Tensor, step: int) -> Terms:
        unit = to_unit_tensor(images, device=self.execution.device, size=self.vae.image_size)  # (n, 3, H, W)
        unit = augment(unit, self.recipe.augment, changes)
        with autocast(self.execution.device, self.execution.precision):
            decoded, posterior = self.network(unit, noise)
        beta = kl_weight(self.recipe, step, total_steps=self.plan.total_steps)
        return objective(unit, decoded, posterior, recipe=self.recipe, beta=beta, perceptual=self.perceptual)

    def _update(self, step: int) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(step)
        self.scaler.step(self.optimizer)
        if self.average is not None:
            self.average.update()


def _generator(seed: int, step: int, device: torch.device) -> torch.Generator:
    """Return the source of a step's augmentation and noise."""
    return torch.Generator(device).manual_seed(_seed(seed, step))


def _seed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])


def _running_statistics(vae: Vae) -> list[tuple[Tensor, Tensor]]:
    """Return each tensor that a forward pass alone changes, and a copy of it as it is now."""
    norms = [module for module in vae.modules() if isinstance(module, _BatchNorm) and module.training]
    return [(buffer, buffer.clone()) for norm in norms for buffer in norm.buffers()]
