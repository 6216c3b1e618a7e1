"""What a training will take, before it takes it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import torch

from synthgap_cli.stages.run import Run
from synthgap_cli.stages.training.planning import plan_training
from synthgap_cli.stages.training.processes import device_of
from synthgap_cli.stages.training.task import TrainSettings, build_network
from synthgap_cli.store.header import Header
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.footprint import footprint
from synthgap_cli.vaes.training.recipes import plan
from synthgap_cli.vaes.training.team import ALONE, Team

GB = 1e9


def forecast(images: Sequence[Header], settings: TrainSettings, run: Run) -> dict[str, Any]:
    """Return, and tell, the parameters, steps and memory of a training; nothing is computed but shapes.

    Returns
    -------
    dict
        ``parameters``, ``trained``, ``latents``, ``images-an-epoch``, ``steps``, ``epochs``,
        ``images-at-once`` and ``memory`` in bytes a process.
    """
    task = plan_training(images, settings, output=None, resume=False, run=run)
    with torch.device("meta"):
        network = build_network(task.config, task.seed)
    device = device_of(task.device, ALONE)
    execution = Execution(device, task.precision, Team(0, settings.devices), task.parts)
    at_once = execution.images_at_once(task.schedule.batch_size)
    steps = plan(task.schedule, task.num_images)
    needed = footprint(network, task.schedule, images_at_once=at_once)
    latents = " x ".join(map(str, network.latent_shape))
    run.reporter.note(
        f"{task.tag} at {network.image_size}x{network.image_size}: {needed.parameters:,} parameters, "
        f"{needed.trained:,} of them trained; latents {latents}\n"
        f"{task.num_images:,} images, {steps.steps_per_epoch:,} steps an epoch, {steps.epochs} epochs: "
        f"{steps.total_steps:,} steps of {task.schedule.batch_size} images\n"
        f"memory: {needed.total / GB:.2f} GB, {needed.activations / GB:.2f} GB of it for the activations of "
        f"{at_once} images at once"
    )
    _warn_if_too_much(needed.total, device, settings.devices, run)
    return {
        "parameters": needed.parameters,
        "trained": needed.trained,
        "latents": list(network.latent_shape),
        "images-an-epoch": task.num_images,
        "steps": steps.total_steps,
        "epochs": steps.epochs,
        "images-at-once": at_once,
        "memory": needed.total,
    }


def _warn_if_too_much(needed: int, device: torch.device, processes: int, run: Run) -> None:
    there = _memory_of(device)
    if device.type == "cpu":
        needed *= processes
    if there is not None and needed > there:
        run.reporter.warn(
            f"The training needs about {needed / GB:.1f} GB and {device} has {there / GB:.1f} GB: "
            "lower --batch-size, or compute it in parts with --accumulate."
        )


def _memory_of(device: torch.device) -> int | None:
    """Return the bytes of a device's memory, where they are known."""
    if device.type == "cuda":
        return torch.cuda.get_device_properties(device).total_memory
    with suppress(ValueError, AttributeError, OSError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None
