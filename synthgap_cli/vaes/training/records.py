"""What a training tells about itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np


@dataclass(frozen=True)
class StepRecord:
    """What one batch gave; ``kl`` in nats per image, the norm before clipping."""

    loss: float
    reconstruction: float
    structure: float
    perceptual: float
    kl: float
    gradient_norm: float

    @property
    def is_finite(self) -> bool:
        """Whether an optimizer may take the step."""
        return math.isfinite(self.loss) and math.isfinite(self.gradient_norm)


@dataclass(frozen=True)
class EpochRecord:
    """What an epoch came to.

    Attributes
    ----------
    epoch, step : int
        Epochs and steps finished so far.
    learning_rate : float
        Of the last step.
    loss, reconstruction, structure, perceptual, kl, gradient_norm : float
        Means of the steps that were taken: KL in nats per image, the norm before clipping. NaN if none was.
    val_psnr, val_psnr_sampled, val_ssim, val_mse, mean_square_mu, active_units
        See `synthgap_cli.vaes.training.validation.Validation`.
    images_per_second : float
        While training; validation is left out.
    device_memory : int
        Bytes that tensors held on the device at most; 0 on a CPU.
    skipped_steps : int
        Steps not taken because the loss or its gradient was not finite.
    """

    epoch: int
    step: int
    learning_rate: float
    loss: float
    reconstruction: float
    structure: float
    perceptual: float
    kl: float
    gradient_norm: float
    val_psnr: float
    val_psnr_sampled: float
    val_ssim: float
    val_mse: float
    mean_square_mu: float
    active_units: int
    images_per_second: float
    device_memory: int
    skipped_steps: int


@dataclass(frozen=True)
class Best:
    """The epoch (from 1) with the highest validation PSNR so far, in dB."""

    epoch: int
    val_psnr: float


def mean_of_finite(steps: Sequence[StepRecord]) -> StepRecord:
    """Return the means of the finite steps; NaN where there is none."""
    rows = [astuple(step) for step in steps if step.is_finite]
    return StepRecord(*np.mean(rows or [(math.nan,) * len(fields(StepRecord))], axis=0).tolist())
