"""What an interrupted training goes on from: its last state and its best weights, beside the VAE to be."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch

from synthgap_cli.errors import SynthgapError
from synthgap_cli.stages.run import Reporter
from synthgap_cli.store.atomic import replacing
from synthgap_cli.store.provenance import Recipe
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import read_vae
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.trainer import Trainer

_UNREADABLE = (
    *(RuntimeError, pickle.UnpicklingError, EOFError, OSError, LookupError, TypeError, ValueError),
    SynthgapError,
)


def state_paths(vae: Path, recipe: Recipe) -> tuple[Path, Path]:
    """Return where the last state and the best weights lie, two files for each recipe.

    They are ``resvae-64.<digest>.last.pt`` and ``resvae-64.<digest>.best.safetensors``. The second is a VAE
    like any other, which no command takes unless it is named.
    """
    stem = f"{vae.name.removesuffix(Kind.VAE.suffix)}.{recipe.digest()[:8]}"
    return vae.with_name(f"{stem}.last.pt"), vae.with_name(f"{stem}.best.safetensors")


def save_state(path: Path, trainer: Trainer, records: Sequence[EpochRecord]) -> None:
    """Write the state as it is, whole or not at all; the best weights are written before."""
    state = {
        "trainer": trainer.state_dict(),
        "records": json.dumps([asdict(record) for record in records]),
    }
    with replacing(path) as partial, partial.open("wb") as file:
        try:
            torch.save(state, file)
        except RuntimeError as error:  # torch's own, for what the file system has refused
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise


def load_state(vae: Path, trainer: Trainer, recipe: Recipe, reporter: Reporter) -> list[EpochRecord]:
    """Let the trainer go on where a training of the same recipe stopped; return the records until then.

    What cannot be read is left aside with a warning.
    """
    last, best = state_paths(vae, recipe)
    if not last.exists():
        return []
    try:
        state = torch.load(last, map_location="cpu", weights_only=True)
        records = [EpochRecord(**record) for record in json.loads(state["records"])]
        if state["trainer"]["best"] is not None:
            read_vae(best)  # whole: it may be what the training ends with
        trainer.load_state_dict(state["trainer"])
    except _UNREADABLE:
        reporter.warn(
            f"{last} cannot be resumed from, or {best.name} is missing or damaged; the training begins anew."
        )
        return []
    reporter.note(f"Resuming after step {trainer.step}, {trainer.epoch} epochs being done ({last}).")
    return records


def discard_state(vae: Path, recipe: Recipe) -> None:
    """Remove what a finished training no longer needs."""
    for path in state_paths(vae, recipe):
        path.unlink(missing_ok=True)
