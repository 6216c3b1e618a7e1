"""What is to be trained, on what and how, in a form that every process of a training can be given."""

# N images of all domains, one store after the other

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synthgap_cli.devices import Precision, seeded
from synthgap_cli.stages.perceptual import load_perceptual
from synthgap_cli.stages.run import Reporter
from synthgap_cli.stages.weights import load_front
from synthgap_cli.store.provenance import Provenance, Recipe
from synthgap_cli.store.reader import Store
from synthgap_cli.store.views import JoinedImages, StoredImages
from synthgap_cli.vaes.architectures.backbone import BackboneVae
from synthgap_cli.vaes.building import build_vae, recipe_for
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training import recipes
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.trainer import Trainer

PERCEPTUAL_WEIGHT = 0.02  # where a network is named but no weight: then it is about half of the total


@dataclass(frozen=True)
class TrainSettings:
    """What to train and how."""

    architecture: str = "resvae"
    options: Mapping[str, Any] = field(default_factory=dict)
    image_size: int | None = None  # none: the stores', at most 128
    recipe: str = "default"
    overrides: Mapping[str, Any] = field(default_factory=dict)  # of the recipe; None leaves a value alone
    weights: Sequence[str] = ()  # of a pretrained front, and of the network of the perceptual term
    precision: str = "auto"
    seed: int = 0
    parts: int = 1  # of a batch, computed one after the other
    compiled: bool = False
    devices: int = 1


@dataclass(frozen=True)
class Task:
    """A training that all settings are known of.

    Attributes
    ----------
    images : tuple of Path
    path : Path
        The VAE to be.
    config : dict
        Of the network.
    num_images : int
        To train on, of all domains.
    schedule : `synthgap_cli.vaes.training.recipes.Recipe`
    weights : mapping of str to str
        What ``--weights`` says of each pretrained network.
    tag : str
        What file names carry of it.
    recipe : Recipe
        What decides whether the VAE is up to date.
    provenance : Provenance
        What the VAE and the log record.
    """

    images: tuple[Path, ...]
    path: Path
    tag: str
    config: Mapping[str, Any]
    num_images: int
    schedule: recipes.Recipe
    weights: Mapping[str, str]
    recipe: Recipe
    provenance: Provenance
    precision: Precision
    seed: int
    parts: int
    compiled: bool
    device: str
    resume: bool


def build_network(config: Mapping[str, Any], seed: int) -> Vae:
    """Return the network with random weights that the seed alone decides."""
    with seeded(seed):
        return build_vae(config)


def schedule_of(network: Vae, settings: TrainSettings) -> recipes.Recipe:
    """Return the recipe of this network with what overrides it.

    Raises
    ------
    UsageProblem
        A value trains nothing.
    """
    given = {name: value for name, value in settings.overrides.items() if value is not None}
    schedule = replace(recipe_for(network, settings.recipe), **given)
    if schedule.perceptual is not None and "perceptual_weight" not in given:
        schedule = replace(schedule, perceptual_weight=PERCEPTUAL_WEIGHT)
    return schedule


def make_trainer(
    task: Task,
    stores: Sequence[Store],
    execution: Execution,
    reporter: Reporter,
    *,
    rows: tuple[dict[str, NDArray[np.intp]], NDArray[np.intp]] | None = None,
    pause: Callable[[], bool] = lambda: False,
) -> Trainer:
    """Return the trainer of a task, before its first step, on these rows; by default all of the stores."""
    network = build_network(task.config, task.seed)
    if isinstance(network, BackboneVae):
        load_front(network, task.weights[network.front_network], reporter)
    perceptual = None
    if task.schedule.perceptual is not None:
        name = task.schedule.perceptual
        perceptual = load_perceptual(name, task.weights[name], execution.device, reporter)
    train_rows, val_rows = rows or rows_of(stores)
    return Trainer(
        network,
        JoinedImages([StoredImages(store.dataset("images")) for store in stores]),
        train_rows,
        val_rows,
        task.schedule,
        seed=task.seed,
        execution=execution,
        perceptual=perceptual,
        track=reporter.track,
        pause=pause,
    )


def rows_of(stores: Sequence[Store]) -> tuple[dict[str, NDArray[np.intp]], NDArray[np.intp]]:
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
