"""Image stores to a trained VAE, its losses, and a state to resume from."""

# N images of all domains, one domain after the other

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.devices import WORTH_SHARING, resolve_device, resolve_precision, single_threaded
from synthgap_cli.errors import InvalidInput, SynthgapError, UsageProblem
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.training_log import log_paths, write_csv, write_log
from synthgap_cli.stages.training_state import load_state, save_state, state_path
from synthgap_cli.stages.weights import identify, load_front
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.store.vae_file import write_vae
from synthgap_cli.store.views import JoinedImages, StoredImages
from synthgap_cli.study_dir import file_name
from synthgap_cli.vaes.architectures._backbone import BackboneVae
from synthgap_cli.vaes.building import build_vae, recipe_for
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training import recipes
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.trainer import Trainer

LARGEST_DEFAULT_SIZE = 128  # pixels: the thesis' for its residual VAE
SEEN = ("train", "val")  # trained on the first; the second chooses the checkpoint


@dataclass(frozen=True)
class TrainSettings:
    """What to train and how."""

    architecture: str = "resvae"
    options: Mapping[str, Any] = field(default_factory=dict)
    image_size: int | None = None  # none: the stores', at most 128
    recipe: str = "default"
    overrides: Mapping[str, Any] = field(default_factory=dict)  # of the recipe; None leaves a value alone
    weights: str = "imagenet"  # of a pretrained front
    precision: str = "auto"
    seed: int = 0


def train_on(
    images: Sequence[Header], settings: TrainSettings, *, output: str | None, resume: bool, run: Run
) -> list[Path]:
    """Write the VAE with the best validation PSNR and its training log; return both paths.

    Raises
    ------
    UsageProblem
        The architecture, recipe or an option is unknown, or the image size does not suit the network.
    InvalidInput
        The stores differ in size, or lack rows to train on or to validate on.
    TrainingDiverged
        The losses are no longer finite; the state before that is kept.
    """
    with ExitStack() as opened:
        stores = [opened.enter_context(open_store(header.path, Kind.IMAGES)) for header in images]
        size = settings.image_size or min(LARGEST_DEFAULT_SIZE, _common_size(stores))
        network = _build(settings, size)
        schedule = _schedule(network, settings)
        names = [file_name("", (network.tag,), Kind.VAE)]
        path = place(output, names, beside=images[0])[0]
        recipe = _recipe(images, network, settings, schedule, path)
        log, _ = log_paths(path)
        if any(run.must_make(file, recipe) for file in (log, path)):
            trainer, records = _train(stores, network, schedule, settings, path, recipe, resume, run)
            _finish(trainer, records, images, path, recipe, run)
    return [] if run.dry_run else [path, log]


def _build(settings: TrainSettings, size: int) -> Vae:
    config = {
        "architecture": settings.architecture,
        "image_size": size,
        "options": dict(settings.options),
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        return build_vae(config)


def _schedule(network: Vae, settings: TrainSettings) -> recipes.Recipe:
    given = {name: value for name, value in settings.overrides.items() if value is not None}
    schedule = replace(recipe_for(network, settings.recipe), **given)
    if not (math.isfinite(schedule.lr_high) and schedule.lr_high > 0):
        raise UsageProblem(f"A learning rate of {schedule.lr_high} trains nothing.", hint="Say 1e-3.")
    if not (math.isfinite(schedule.beta) and schedule.beta >= 0):
        raise UsageProblem(f"Beta {schedule.beta} is no weight.", hint="Say 0 or more.")
    return schedule


def _recipe(
    images: Sequence[Header], network: Vae, settings: TrainSettings, schedule: recipes.Recipe, path: Path
) -> Recipe:
    parameters = {
        "config": network.config,
        "recipe": settings.recipe,
        "training": asdict(schedule),
        "precision": settings.precision,
        "seed": settings.seed,
        "front_weights": identify(settings.weights) if isinstance(network, BackboneVae) else None,
    }
    return Recipe("train-vae", parameters, tuple(one.as_parent("images", child=path) for one in images))


def _train(
    stores: Sequence[Store],
    network: Vae,
    schedule: recipes.Recipe,
    settings: TrainSettings,
    path: Path,
    recipe: Recipe,
    resume: bool,  # noqa: FBT001  passed through
    run: Run,
) -> tuple[Trainer, list[EpochRecord]]:
    device = resolve_device(run.device)
    if isinstance(network, BackboneVae):
        load_front(network, settings.weights, run.reporter)
    train_rows, val_rows = _rows(stores)
    trainer = Trainer(
        network,
        JoinedImages([StoredImages(store.dataset("images")) for store in stores]),
        train_rows,
        val_rows,
        schedule,
        seed=settings.seed,
        device=device,
        precision=resolve_precision(settings.precision, device),
        track=run.reporter.track,
    )
    records = load_state(path, trainer, recipe, run.reporter) if resume else []
    with single_threaded(when=network.image_size < WORTH_SHARING):
        for record in trainer:
            records.append(record)
            save_state(path, trainer, recipe, records)
            write_csv(log_paths(path)[1], records)
            run.reporter.note(_line(record, trainer))
    return trainer, records


def _rows(stores: Sequence[Store]) -> tuple[dict[str, NDArray[np.intp]], NDArray[np.intp]]:
    """Return the train rows of each domain and the val rows of all, numbered over all stores."""
    train: dict[str, NDArray[np.intp]] = {}
    val = []
    start = 0
    for store in stores:
        samples = store.samples()
        domain = store.header.domain
        mine = start + samples.rows_in(("train",))
        train[domain] = np.concatenate([train[domain], mine]) if domain in train else mine
        val.append(start + samples.rows_in(("val",)))
        start += len(samples)
    return train, np.concatenate(val)


def _finish(
    trainer: Trainer,
    records: Sequence[EpochRecord],
    images: Sequence[Header],
    path: Path,
    recipe: Recipe,
    run: Run,
) -> None:
    if trainer.best is None or not math.isfinite(trainer.best.val_psnr):
        raise SynthgapError(
            "No epoch gave images that can be compared: the network diverged.",
            hint="Lower --lr, or use --precision fp32.",
        )
    network = trainer.vae
    provenance = run.provenance(
        recipe, images, [FittedOn("train-vae", header.domain, SEEN) for header in images]
    )
    log, _ = log_paths(path)
    write_log(log, Header(Kind.RESULTS, provenance, steps=(network.tag,)), records)
    attributes = {
        "config": network.config,
        "training": recipe.parameters["training"],
        "total-steps": trainer.plan.total_steps,
        "precision": trainer.precision,
        "best-epoch": trainer.best.epoch,
        "val-psnr": trainer.best.val_psnr,
    }
    header = Header(Kind.VAE, provenance, steps=(network.tag,), attributes=attributes)
    write_vae(path, header, trainer.best.weights)  # last: it is what tells that the training is done
    state_path(path, recipe, trainer.precision).unlink(missing_ok=True)


def _line(record: EpochRecord, trainer: Trainer) -> str:
    return (
        f"epoch {record.epoch}, step {record.step} of {trainer.plan.total_steps}: "
        f"loss {record.loss:.5f}, KL {record.kl:.0f} nats, "
        f"validation PSNR {record.val_psnr:.2f} dB, {record.images_per_second:.0f} images/s"
    )


def _common_size(stores: Sequence[Store]) -> int:
    sizes = {str(store.header.path): store.dataset("images").shape[1] for store in stores}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{path}: {size}" for path, size in sizes.items())
        raise InvalidInput(f"The image stores differ in size ({told}).", hint="Prepare them at one size.")
    return int(next(iter(sizes.values())))
