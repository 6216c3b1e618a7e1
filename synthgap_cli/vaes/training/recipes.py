"""How an autoencoder is trained: every setting, and how many steps they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from synthgap_cli.vaes.training.schedules import Schedule

Augmentation = Literal["none", "light", "strong-colour"]
Loss = Literal["mse", "l1", "charbonnier"]
Optimizer = Literal["adam", "adamw"]


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
    cycle_steps: int = 0
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
