"""Training the recogniser on labelled images, and having it read others."""

# N images, S image size, B batch, L labels

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from synthgap_cli.classifier.recogniser import Recogniser
from synthgap_cli.imaging.tensors import to_unit_tensor

LARGEST_SIZE = 32  # pixels along a side, or seven sets from three seeds take too long
_READ_AT_ONCE = 512


@dataclass(frozen=True)
class RecogniserSettings:
    """How a recogniser is trained: the same number of steps whatever it learns from."""

    steps: int = 300  # each a batch
    batch_size: int = 32
    learning_rate: float = 3e-3
    smoothing: float = 0.1  # of the labels
    reach: int = 1  # pixels that an image is moved by at most, along each axis


def fit_recogniser(
    model: Recogniser,
    images: NDArray[np.uint8],
    labels: NDArray[np.intp],
    *,
    settings: RecogniserSettings,
    seed: int,
    device: torch.device,
) -> Recogniser:
    """Return the model, fitted to smoothed cross-entropy by AdamW with one cycle of the learning rate.

    Images are moved at random by a pixel at most. Nothing is chosen by held-out images, so all that there
    are can be learned from. On a CPU the same model, images and seed give the same weights.

    Parameters
    ----------
    model : Recogniser
        With its first weights.
    images : uint8 (N, S, S, 3)
    labels : intp (N,)
        0 to L - 1.
    seed : int
        Of the order of the images and of their moves.

    References
    ----------
    Smith and Topin (2018), arXiv:1708.07120; Müller, Kornblith and Hinton (2019), arXiv:1906.02629.
    """
    rng = np.random.default_rng(seed)
    model = model.to(device).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=settings.steps, cycle_momentum=False
    )
    for rows in _order(len(images), (settings.steps, settings.batch_size), rng):
        unit = to_unit_tensor(_moved(images[rows], settings.reach, rng), device=device)  # (B, 3, S, S)
        targets = torch.from_numpy(labels[rows]).to(device)
        loss = F.cross_entropy(model(unit), targets, label_smoothing=settings.smoothing)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        cycle.step()
    return model.eval()


@torch.inference_mode()
def recognise(model: Recogniser, images: NDArray[np.uint8], *, device: torch.device) -> NDArray[np.intp]:
    """Return the most likely label of each image, ``(N,)``, 0 to L - 1."""
    model = model.to(device).eval()
    starts = range(0, len(images), _READ_AT_ONCE)
    batches = (to_unit_tensor(images[start : start + _READ_AT_ONCE], device=device) for start in starts)
    read = [model(unit).argmax(dim=1).cpu().numpy() for unit in batches]
    return np.concatenate([np.empty(0, np.intp), *read])


def _order(count: int, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return rows (steps, B): one shuffle of them after the other."""
    needed = shape[0] * shape[1]
    shuffles = [rng.permutation(count) for _ in range(-(-needed // count))]
    return np.concatenate(shuffles)[:needed].reshape(shape)


def _moved(images: NDArray[np.uint8], reach: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return images ``(B, S, S, 3)``, each moved along both axes, what was at its border repeated."""
    count, side = images.shape[:2]
    moves = rng.integers(-reach, reach + 1, (2, count, 1))
    down, right = np.clip(np.arange(side) + moves, 0, side - 1)  # (B, S) each
    moved: NDArray[np.uint8] = images[np.arange(count)[:, None, None], down[:, :, None], right[:, None, :]]
    return moved
