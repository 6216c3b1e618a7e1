"""How an autoencoder is trained: every setting, and how many steps they come to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.training.schedules import Schedule

Augmentation = Literal["none", "light", "strong-colour"]
Loss = Literal["mse", "l1", "charbonnier"]
Optimizer = Literal["adam", "adamw"]


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0


def _at_least_zero(value: float) -> bool:
    return math.isfinite(value) and value >= 0


def _share(value: float) -> bool:
    return 0 <= value <= 1


POSSIBLE: dict[str, tuple[Callable[[Any], bool], str]] = {
    "epochs": (_positive, "1 or more"),
    "batch_size": (_positive, "1 or more"),
    "lr_high": (_positive, "1e-3, say"),
    "lr_low": (_at_least_zero, "0 or more"),
    "eps": (_positive, "1e-8, say"),
    "betas": (lambda betas: all(0 <= beta < 1 for beta in betas), "two numbers from 0 to below 1"),
    "weight_decay": (_at_least_zero, "0 or more"),
    "ssim_weight": (_at_least_zero, "0 or more"),
    "perceptual_weight": (_at_least_zero, "0 or more"),
    "beta": (_at_least_zero, "0 or more"),
    "kl_warm_up": (_share, "a share of the steps, from 0 to 1"),
    "free_bits": (_at_least_zero, "0 or more"),
    "clip_norm": (_positive, "a number above 0"),
    "ema": (lambda decay: 0 <= decay < 1, "a decay from 0 to below 1, say 0.999"),
}


@dataclass(frozen=True)
class Recipe:
    """Every setting of a training; `dataclasses.replace` overrides any.

    Attributes
    ----------
    epochs : int
        Passes over as many images as there are; `plan` makes whole cycles of them where the schedule has any.
    batch_size : int
        Images of one optimizer step.
    schedule, lr_low, lr_high, cycle_steps
        See `synthgap_cli.vaes.training.schedules.learning_rate`.
    optimizer : {"adam", "adamw"}
    weight_decay : float
        Of `adamw` towards zero, of `adam` added to the gradient.
    betas, eps : Adam's; eps is added outside the root, as torch has it (the thesis' formula puts it inside).
    loss, ssim_weight, perceptual_weight
        See `synthgap_cli.vaes.training.objective`.
    perceptual : str or None
        Name of the network whose features the perceptual term compares.
    beta : float
        Weight of the KL term in ``mse + beta * 2 * KL / D`` with KL in nats per image and D = 3 H W. So
        ``beta = s**2`` is the negative evidence lower bound (times ``2 s**2 / D``, up to a constant) of a
        decoder whose intensities have the standard deviation s; ``beta = 1`` that of s = 1.
    kl_warm_up : float
        Share of the steps in which beta grows to its full value, in a straight line.
    free_bits : float
        Nats of each latent of an image that the KL term leaves free.
    balanced : bool
        Every domain has the same share of each epoch, however few images it has; or else each image has.
    augment : {"none", "light", "strong-colour"}
        See `synthgap_cli.vaes.training.augmentation`.
    clip_norm : float or None
        Largest norm of the gradient; a larger one is scaled down.
    ema : float or None
        Decay of the exponential moving average of the weights that is validated and kept; none keeps the
        weights themselves.
    """

    epochs: int
    batch_size: int
    schedule: Schedule
    lr_low: float
    lr_high: float
    cycle_steps: int = 2000
    optimizer: Optimizer = "adam"
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.99)
    eps: float = 1e-8
    loss: Loss = "mse"
    ssim_weight: float = 0.0
    perceptual: str | None = None
    perceptual_weight: float = 0.0
    beta: float = 1e-3
    kl_warm_up: float = 0.0
    free_bits: float = 0.0
    augment: Augmentation = "light"
    balanced: bool = True
    clip_norm: float | None = 1.0
    ema: float | None = None

    def __post_init__(self) -> None:
        for name, (is_possible, wording) in POSSIBLE.items():
            value = getattr(self, name)
            if value is not None and not is_possible(value):
                raise UsageProblem(f"A training's {name} cannot be {value!r}.", hint=f"Say {wording}.")
        if self.lr_low > self.lr_high:
            raise UsageProblem(
                f"The lowest learning rate, {self.lr_low}, is above the highest, {self.lr_high}.",
                hint="Say both, --lr-low and --lr.",
            )
        if self.perceptual_weight and self.perceptual is None:
            raise UsageProblem(
                "A perceptual term needs a network whose features it compares.",
                hint="Say --perceptual efficientnet_lite0.",
            )


@dataclass(frozen=True)
class Plan:
    """How many optimizer steps a training takes.

    Attributes
    ----------
    steps_per_epoch : int
    total_steps : int
        The last epoch is shorter where no whole number of epochs ends here.
    cycle_steps : int
        Steps of one cycle of the learning rate; the recipe's, or ``total_steps`` if that is less.
    """

    steps_per_epoch: int
    total_steps: int
    cycle_steps: int

    @property
    def epochs(self) -> int:
        """Number of epochs, the last of which may be short."""
        return math.ceil(self.total_steps / self.steps_per_epoch)


def plan(recipe: Recipe, num_images: int) -> Plan:
    """Return the steps that ``recipe`` takes on ``num_images``.

    A cyclic schedule stops at the low end of a cycle, the one nearest to the epochs asked for, because in the
    middle of a cycle the weights are at their most unsettled (thesis, note 4).
    """
    steps_per_epoch = max(1, num_images // recipe.batch_size)
    total_steps = recipe.epochs * steps_per_epoch
    if recipe.schedule != "cyclic":
        return Plan(steps_per_epoch, total_steps, cycle_steps=0)
    cycle_steps = min(recipe.cycle_steps, total_steps)
    cycles = round(total_steps / cycle_steps)
    return Plan(steps_per_epoch, cycles * cycle_steps, cycle_steps)


# Sections 2b and 2c share these; KL weight, batch size and augmentations are not stated and are ours.
THESIS = Recipe(
    epochs=200,
    batch_size=16,
    schedule="cyclic",
    lr_low=1e-5,
    lr_high=1e-2,
    cycle_steps=1000,
    betas=(0.9, 0.99),
    eps=1e-10,
    clip_norm=None,
)
