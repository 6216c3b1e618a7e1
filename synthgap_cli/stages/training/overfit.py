"""Whether a network can learn one batch by heart: the first thing to ask of one that learns nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.devices import lanes_for, processors_for, threads
from synthgap_cli.errors import InvalidInput
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.training.planning import plan_training
from synthgap_cli.stages.training.processes import device_of
from synthgap_cli.stages.training.task import TrainSettings, make_trainer, rows_of
from synthgap_cli.store.header import Header
from synthgap_cli.store.reader import open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.team import ALONE

STEPS_A_REPORT = 60
REPORTS = 10
MOST_IMAGES = 4
AIM = 30.0  # dB


def overfit(images: Sequence[Header], settings: TrainSettings, run: Run) -> dict[str, float]:
    """Return ``steps``, ``images`` and the ``psnr`` in dB of one batch after 600 steps on it alone.

    Without augmentation and KL term, at the recipe's learning rates. Nothing is written.

    Raises
    ------
    InvalidInput
        There are no rows to train on.
    """
    task = plan_training(images, settings, output=None, resume=False, run=run)
    with ExitStack() as opened:
        stores = [opened.enter_context(open_store(path, Kind.IMAGES)) for path in task.images]
        batch = _batch(rows_of(stores)[0])
        schedule = replace(
            task.schedule,
            epochs=REPORTS,
            batch_size=len(batch),
            augment="none",
            beta=0.0,
            free_bits=0.0,
            ema=None,
        )
        image_size = task.config["image_size"]
        execution = Execution(
            device_of(task.device, ALONE),
            task.precision,
            lanes=lanes_for(image_size),
            compiled=task.compiled,
        )
        rows = {"batch": np.tile(batch, STEPS_A_REPORT)}, batch
        trainer = make_trainer(replace(task, schedule=schedule), stores, execution, run.reporter, rows=rows)
        opened.enter_context(threads(processors_for(image_size)))
        for record in trainer:
            run.reporter.note(f"step {record.step}: PSNR {record.val_psnr:.2f} dB")
    if not record.val_psnr >= AIM:
        run.reporter.warn(
            f"{task.tag} restores {len(batch)} images that it has seen {record.step} times to "
            f"{record.val_psnr:.1f} dB; a network with enough latents reaches {AIM:.0f}. "
            "Try another --lr, or an architecture with more latents."
        )
    return {"steps": record.step, "images": len(batch), "psnr": record.val_psnr}


def _batch(rows_by_domain: Mapping[str, NDArray[np.intp]]) -> NDArray[np.intp]:
    """Return a few rows, as many of each domain, spread over the store."""
    share = MOST_IMAGES // len(rows_by_domain) or 1
    chosen = [
        rows[np.linspace(0, len(rows) - 1, share).astype(int)]
        for rows in rows_by_domain.values()
        if len(rows)
    ]
    if not chosen:
        raise InvalidInput("There are no images to train on.", hint="Look at how the images were split.")
    return np.unique(np.concatenate(chosen))
