"""Training the small classifier on images that need not fit into memory."""

# N images, H height, W width, S image size, B batch

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.arrays import ImageSource, Track, untracked
from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.devices import Precision, autocast, processors_for, seeded, threads
from synthgap_cli.errors import InvalidInput, SynthgapError
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.imaging.tensors import to_unit_tensor

_ONE_AT_A_TIME = Lock()  # all threads share torch's generator of first weights


@dataclass(frozen=True)
class ClassifierSettings:
    """How the classifier is trained; the defaults are those of the thesis, section 1a."""

    epochs: int = 10
    batch_size: int = 16
    learning_rate: float = 1e-4
    seed: int = 0
    precision: Precision = "fp32"


@dataclass(frozen=True)
class EpochRecord:
    """How well the training images were told apart during one epoch, with dropout."""

    epoch: int
    loss: float
    """Mean binary cross-entropy, nats an image; knowing nothing of balanced classes costs log 2 = 0.693."""
    accuracy: float
    """Share of the images on their side of probability 0.5."""


def train(
    images: ImageSource,
    is_synthetic: NDArray[np.bool_],
    rows: NDArray[np.intp],
    *,
    image_size: int,
    settings: ClassifierSettings,
    device: torch.device,
    track: Track = untracked,
) -> tuple[SmallCnn, list[EpochRecord]]:
    """Return the classifier, fitted to binary cross-entropy with Adam, and a record of each epoch.

    Classes of unequal size are neither weighted nor resampled, as in the thesis: the probabilities lean
    towards the larger class. That moves the threshold 0.5 rather than the order of the images, on which
    alone the ROC curve depends; `Performance` has the base rate to read the rest against.

    Parameters
    ----------
    images : ImageSource (N, H, W, 3) uint8
        Read in random batches ahead of the device, and resized there.
    is_synthetic : bool (N,)
        The class of each image, of those not trained on too.
    rows : intp (n,)
        The images to train on.
    image_size : int
        Height and width that the classifier sees, in pixels.
    settings : ClassifierSettings
        On a CPU the same settings give the same weights, with others trained beside them too.

    Raises
    ------
    InvalidInput
        The rows hold one class only.
    SynthgapError
        The loss is no longer finite.
    """
    _check_both_classes(is_synthetic[rows])
    order = np.random.default_rng(settings.seed)
    with threads(processors_for(image_size)):
        model = _draw(image_size, settings.seed, device)
        optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate, fused=True)
        records = []
        for epoch in range(1, settings.epochs + 1):
            batches = split_batches(order.permutation(rows), settings.batch_size)
            pixels = track(iterate_batches(images, batches), f"epoch {epoch}/{settings.epochs}", len(batches))
            units = (to_unit_tensor(batch, device=device, size=image_size) for batch in pixels)
            targets = (torch.from_numpy(is_synthetic[chosen]).to(device) for chosen in batches)
            loss, correct = _train_epoch(
                model, optimizer, zip(units, targets, strict=True), settings.precision
            )
            records.append(EpochRecord(epoch, loss / len(rows), correct / len(rows)))
    return model.eval(), records


def _draw(image_size: int, seed: int, device: torch.device) -> SmallCnn:
    """Return the classifier with weights that the seed decides, and a source of its own for its dropout."""
    with _ONE_AT_A_TIME, seeded(seed, device):
        model = SmallCnn(image_size).to(device).to(memory_format=torch.channels_last)
    model.dropout.generator = torch.Generator(device).manual_seed(seed)
    return model


def _train_epoch(
    model: SmallCnn,
    optimizer: torch.optim.Optimizer,
    labelled: Iterable[tuple[Tensor, Tensor]],
    precision: Precision,
) -> tuple[float, int]:
    """Return the sum of the losses and the number of correct images of one pass."""
    total_loss, correct = 0.0, 0
    for unit, synthetic in labelled:  # (B, 3, S, S), (B,)
        with autocast(unit.device, precision):
            logit = model(unit)
        loss = F.binary_cross_entropy_with_logits(logit.float(), synthetic.float())
        batch_loss = loss.item()
        if not np.isfinite(batch_loss):
            raise SynthgapError(
                f"The classifier's loss became {batch_loss}.", hint="Lower the learning rate, or use fp32."
            )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        total_loss += batch_loss * len(unit)
        correct += int(((logit > 0) == synthetic).sum())
    return total_loss, correct


def _check_both_classes(is_synthetic: NDArray[np.bool_]) -> None:
    num_synthetic = int(is_synthetic.sum())
    if num_synthetic in (0, len(is_synthetic)):
        raise InvalidInput(
            f"{num_synthetic} of {len(is_synthetic)} training images are synthetic: nothing to learn.",
            hint="Give images of both classes, and check how they are split.",
        )
