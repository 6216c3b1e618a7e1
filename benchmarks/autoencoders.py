"""Our autoencoders beside diffusers' AutoencoderKL and pythae's VAE: the same images, steps and trainer.

    pip install diffusers pythae
    python benchmarks/autoencoders.py --folder PHOTOS --folder RENDERS

Every network gets the same batches, augmentation, noise schedule, loss and precision. Ours keep the learning
rate and KL weight of their default recipe; a peer gets the best of several learning rates and of two KL
weights, judged after a third of the steps by the very PSNR that the table shows. Without a folder: crops of
the two photographs that come with scikit-learn, the left of each to train on and the right to validate on.
One processor.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from autoencoder_floors import cosine, pca
from autoencoder_images import Images, folders, photographs
from autoencoder_peers import PYTHAE_SIZE, Diffusers, KlOptions, Pythae, PythaeOptions

from synthgap_cli.devices import resolve_precision
from synthgap_cli.vaes.building import build_vae, recipe_for
from synthgap_cli.vaes.model import Vae
from synthgap_cli.vaes.training.execution import Execution
from synthgap_cli.vaes.training.recipes import Recipe
from synthgap_cli.vaes.training.records import EpochRecord
from synthgap_cli.vaes.training.trainer import Trainer

OURS = ("resvae", "attention", "compact")
RATES = (1e-4, 1e-3, 2e-3)
# AutoencoderKL is usually trained with 1e-6 nats beside the sum of squares in [-1, 1]: this, in our units.
USUAL_BETA = 1e-6 / 8
SPEED_ROUNDS, SPEED_STEPS = 3, 10
CPU = torch.device("cpu")


class Contestant(NamedTuple):
    name: str
    build: Callable[[], Vae]
    recipes: list[Recipe]  # the best after a third of the steps is taken; none: what the one before had


class Result(NamedTuple):
    name: str
    vae: Vae
    recipe: Recipe
    record: EpochRecord


def main() -> None:
    options = parse()
    torch.set_num_threads(1)
    images = (
        folders(options.folder, options.group_regex, options.size)
        if options.folder
        else photographs(options.size, options.seed)
    )
    told = ", ".join(f"{len(rows)} of {name}" for name, rows in images.train.items())
    say(f"{options.steps} steps of {options.batch_size} images; {told}; {len(images.val)} to validate on")
    results: list[Result] = []
    for contestant in contestants(options.size, peers=options.peers):
        recipes = contestant.recipes or [results[-1].recipe]
        results.append(train_best(contestant, recipes, images, options))
    print_networks(results, measure_speeds(results, images))
    print_floors(results, images)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", action="append", help="images of one domain; may be repeated")
    parser.add_argument("--group-regex", help="what in the relative path tells the scene; else the folder")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


def contestants(size: int, *, peers: bool) -> Iterator[Contestant]:
    ours = {name: partial(build_vae, {"architecture": name, "image_size": size}) for name in OURS}
    recipes = {name: recipe_for(build(), "default") for name, build in ours.items()}
    for name, build in ours.items():
        yield Contestant(f"**{name}**", build, [recipes[name]])
    if not peers:
        return
    common = recipes["compact"]
    tried = [replace(common, lr_high=rate, beta=beta) for rate in RATES for beta in (common.beta, USUAL_BETA)]
    # as many numbers as resvae and attention have, then as compact has
    yield Contestant("AutoencoderKL", partial(Diffusers, size, KlOptions(latent_channels=32)), tried)
    yield Contestant("AutoencoderKL", partial(Diffusers, size, KlOptions(latent_channels=16)), [])
    if size == PYTHAE_SIZE:
        latents = PythaeOptions(num_latents=32 * (size // 8) ** 2)
        yield Contestant("pythae VAE", partial(Pythae, size, latents), tried)


def train_best(
    contestant: Contestant, recipes: list[Recipe], images: Images, options: argparse.Namespace
) -> Result:
    if len(recipes) > 1:
        steps = options.steps // 3
        tried = [train(contestant, recipe, steps, images, options) for recipe in recipes]
        recipes = [max(tried, key=lambda result: result.record.val_psnr).recipe]
    return train(contestant, recipes[0], options.steps, images, options)


def train(
    contestant: Contestant, recipe: Recipe, steps: int, images: Images, options: argparse.Namespace
) -> Result:
    torch.manual_seed(options.seed)
    vae = contestant.build()
    recipe = replace(
        recipe, batch_size=options.batch_size, schedule="one-cycle", lr_low=recipe.lr_high / 100, epochs=1
    )
    record = run(vae, recipe, images, steps=steps, seed=options.seed)
    say(
        f"{contestant.name} {vae.latent_shape}, {steps} steps, rate {recipe.lr_high:g}, "
        f"KL weight {recipe.beta:.3g}: {record.val_psnr:.2f} dB"
    )
    return Result(contestant.name, vae, recipe, record)


def run(vae: Vae, recipe: Recipe, images: Images, *, steps: int, seed: int) -> EpochRecord:
    """Return what one epoch of so many steps gives: rows are repeated to fill it."""
    share = math.ceil(steps * recipe.batch_size / len(images.train))
    rows = {name: np.resize(mine, share) for name, mine in images.train.items()}
    execution = Execution(CPU, resolve_precision("auto", CPU))
    trainer = Trainer(vae, images.pixels, rows, images.val, recipe, seed=seed, execution=execution)
    return next(iter(trainer))


def measure_speeds(results: list[Result], images: Images) -> list[float]:
    """Return images a second of each: the fastest of short runs that take turns and so share any noise."""
    few = images._replace(val=images.val[:16])
    rounds = [
        [
            run(deepcopy(result.vae), result.recipe, few, steps=SPEED_STEPS, seed=0).images_per_second
            for result in results
        ]
        for _ in range(SPEED_ROUNDS)
    ]
    return np.max(rounds, axis=0).tolist()


def print_networks(results: list[Result], speeds: list[float]) -> None:
    print(
        "| network | numbers an image | parameters | rate | KL weight | PSNR, dB | SSIM | images/s | speed |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for (name, vae, recipe, record), speed in zip(results, speeds, strict=True):
        millions = sum(parameter.numel() for parameter in vae.parameters()) / 1e6
        print(
            f"| {name} | {math.prod(vae.latent_shape)} | {millions:.2f} M | {recipe.lr_high:g} "
            f"| {recipe.beta:.3g} | {record.val_psnr:.2f} | {record.val_ssim:.3f} "
            f"| {speed:.0f} | {speed / speeds[0]:.2f} |"
        )


def print_floors(results: list[Result], images: Images) -> None:
    train_pixels = images.pixels[np.concatenate([*images.train.values()])]
    for kept in sorted({math.prod(result.vae.latent_shape) for result in results}):
        for name, floor in (("principal components", pca), ("cosine transform", cosine)):
            ratio, similarity = floor(train_pixels, images.pixels[images.val], kept=kept)
            print(f"| *{name}* | {kept} | | | | {ratio:.2f} | {similarity:.3f} | | |")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
