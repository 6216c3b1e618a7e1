"""The state of an interrupted training, beside the VAE that it will become."""

from __future__ import annotations

import hashlib
import json
import pickle
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from synthgap_cli.stages.run import Reporter
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.trainer import Trainer


def state_path(vae: Path, recipe: Recipe, precision: str) -> Path:
    """Return where the state lies: ``resvae-64.<digest>.training.pt``, one for each recipe."""
    digest = hashlib.sha256(f"{recipe.essence()} {precision}".encode()).hexdigest()[:8]
    return vae.with_name(f"{vae.name.removesuffix(Kind.VAE.suffix)}.{digest}.training.pt")


def save_state(vae: Path, trainer: Trainer, recipe: Recipe, records: Sequence[EpochRecord]) -> None:
    """Write the state after an epoch, whole or not at all."""
    state = {
        "trainer": trainer.state_dict(),
        "records": json.dumps([asdict(record) for record in records]),
    }
    with replacing(state_path(vae, recipe, trainer.precision)) as partial, partial.open("wb") as file:
        torch.save(state, file)


def load_state(vae: Path, trainer: Trainer, recipe: Recipe, reporter: Reporter) -> list[EpochRecord]:
    """Let the trainer go on where an interrupted training of the same recipe stopped; return its records.

    A state that cannot be read is left aside with a warning.
    """
    path = state_path(vae, recipe, trainer.precision)
    if not path.exists():
        return []
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError, OSError):
        reporter.warn(f"{path} cannot be read; the training begins anew.")
        return []
    trainer.load_state_dict(state["trainer"])
    records = [EpochRecord(**record) for record in json.loads(state["records"])]
    reporter.note(f"Resuming after epoch {records[-1].epoch} ({path}).")
    return records
