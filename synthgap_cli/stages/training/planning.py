"""Settings and image stores to a training that all settings are known of."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict

import torch

from synthgap_cli.devices import resolve_precision
from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.stages.outputs import place
from synthgap_cli.stages.run import Run
from synthgap_cli.stages.training.processes import device_of, launched_team
from synthgap_cli.stages.training.task import Task, TrainSettings, build_network, rows_of, schedule_of
from synthgap_cli.stages.weights import identify, weights_of
from synthgap_cli.store.header import Header
from synthgap_cli.store.provenance import FittedOn, Recipe
from synthgap_cli.store.reader import Store, open_store
from synthgap_cli.store.schema import Kind
from synthgap_cli.study_dir import file_name
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training import recipes
from synthgap_cli.vaes.training.health import domain_mix

SEEN = ("train", "val")  # trained on the first; the second chooses the checkpoint
LARGEST_DEFAULT_SIZE = 128  # pixels: the thesis' for its residual VAE


def plan_training(
    images: Sequence[Header], settings: TrainSettings, *, output: str | None, resume: bool, run: Run
) -> Task:
    """Return the training that the settings ask for, warning of what is wrong with its images."""
    with ExitStack() as opened:
        stores = [opened.enter_context(open_store(header.path, Kind.IMAGES)) for header in images]
        size = settings.image_size or min(LARGEST_DEFAULT_SIZE, _common_size(stores))
        rows, _ = rows_of(stores)
    config = {
        "architecture": settings.architecture,
        "image_size": size,
        "options": dict(settings.options),
    }
    with torch.device("meta"):  # shapes alone: it may be one that no memory holds
        network = build_network(config, settings.seed)
    schedule = schedule_of(network, settings)
    present = {domain: own for domain, own in rows.items() if len(own)}
    if warning := domain_mix(present, balanced=schedule.balanced):
        run.reporter.warn(warning)
    path = place(output, [file_name("", (network.tag,), Kind.VAE)], beside=images[0])[0]
    weights = _weights(network, schedule, settings.weights)
    precision = resolve_precision(settings.precision, device_of(run.device, launched_team(1)))
    parameters = {
        "config": network.config,
        "recipe": settings.recipe,
        "training": asdict(schedule),
        "precision": precision,
        "seed": settings.seed,
        "weights": {name: identify(text) for name, text in weights.items()},
    }
    parents = tuple(one.as_parent("images", child=path) for one in images)
    recipe = Recipe("train-vae", parameters, parents)
    fitted = [FittedOn("train-vae", header.domain, SEEN) for header in images]
    return Task(
        images=tuple(header.path for header in images),
        path=path,
        tag=network.tag,
        config=network.config,
        num_images=sum(map(len, rows.values())),
        schedule=schedule,
        weights=weights,
        recipe=recipe,
        provenance=run.provenance(recipe, images, fitted),
        precision=precision,
        seed=settings.seed,
        parts=settings.parts,
        compiled=settings.compiled,
        device=run.device,
        resume=resume,
    )


def _weights(network: Vae, schedule: recipes.Recipe, given: Sequence[str]) -> dict[str, str]:
    """Return what ``--weights`` says of the network in front and of that of the perceptual term."""
    pretrained = [name for name in (network.front_network, schedule.perceptual) if name is not None]
    if given and not pretrained:
        raise UsageProblem(
            f"{network.tag} has no pretrained front, so there is nothing to give the weights {given[0]} to.",
            hint="Leave out --weights, or choose a network for a backbone, as --arch resnet152.",
        )
    return weights_of(given, list(dict.fromkeys(pretrained)))


def _common_size(stores: Sequence[Store]) -> int:
    sizes = {str(store.header.path): store.dataset("images").shape[1] for store in stores}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{path}: {size}" for path, size in sizes.items())
        raise InvalidInput(f"The image stores differ in size ({told}).", hint="Prepare them at one size.")
    return int(next(iter(sizes.values())))
