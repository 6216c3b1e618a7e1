"""Training the recogniser on labelled images, and having it read others."""

# N images, S image size, B batch, L labels

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.classifier.local_contrast import local_contrast
from synthgap_cli.classifier.recogniser import FEW_LABELS, Recogniser
from synthgap_cli.imaging.tensors import to_unit_tensor

LARGEST_SIZE = 32  # pixels along a side, or seven sets from three seeds take too long
_READ_AT_ONCE = 512


@dataclass(frozen=True)
class RecogniserSettings:
    """How a recogniser is trained: by the number of labels alone, so the same whatever set it learns from."""

    steps: int = 300  # each a batch; of more than ten labels as many more as there are more labels
    batch_size: int = 32
    learning_rate: float = 3e-3
    smoothing: float = 0.1  # of the labels
    reach: float = 1.0  # pixels that an image is moved by at most, along each axis
    turn: float = 8.0  # degrees that it is turned by at most
    zoom: float = 0.1  # share that it is enlarged or reduced by at most

    def steps_for(self, num_labels: int) -> int:
        """Return the number of steps in which to learn so many labels."""
        return math.ceil(self.steps * max(1.0, num_labels / FEW_LABELS))


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

    Images are moved, turned and enlarged a little, at random. Nothing is chosen by held-out images, so all
    that there are can be learned from. On a CPU the same model, images and seed give the same weights.

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
    steps = settings.steps_for(model.to_logits.out_features)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, fused=True)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=steps, cycle_momentum=False
    )
    contrasts = _contrasts(images, device)
    for rows in _order(len(images), (steps, settings.batch_size), rng):
        batch = _moved(contrasts[torch.from_numpy(rows)].float(), settings, rng)  # (B, 3, S, S)
        targets = torch.from_numpy(labels[rows]).to(device)
        loss = F.cross_entropy(model(batch), targets, label_smoothing=settings.smoothing)
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
    read = [model(local_contrast(unit)).argmax(dim=1).cpu().numpy() for unit in batches]
    return np.concatenate([np.empty(0, np.intp), *read])


def _order(count: int, shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.intp]:
    """Return rows (steps, B): one shuffle of them after the other."""
    needed = shape[0] * shape[1]
    shuffles = [rng.permutation(count) for _ in range(-(-needed // count))]
    return np.concatenate(shuffles)[:needed].reshape(shape)


def _contrasts(images: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Return the local contrasts ``(N, 3, S, S)`` once for all steps, in half the memory of float32."""
    starts = range(0, len(images), _READ_AT_ONCE)
    batches = (to_unit_tensor(images[start : start + _READ_AT_ONCE], device=device) for start in starts)
    return torch.cat([local_contrast(unit).half() for unit in batches])


def _moved(images: Tensor, settings: RecogniserSettings, rng: np.random.Generator) -> Tensor:
    """Return images ``(B, 3, S, S)``, each moved, turned and enlarged; what was at its border is repeated."""
    count, side = len(images), images.shape[-1]
    zoom, turn, right, down = rng.uniform(-1, 1, (4, count))
    scale = np.exp(zoom * np.log1p(settings.zoom))
    angle = np.deg2rad(turn * settings.turn)
    reach = settings.reach * 2 / side  # the image reaches from -1 to 1
    rows = [
        [scale * np.cos(angle), -scale * np.sin(angle), right * reach],
        [scale * np.sin(angle), scale * np.cos(angle), down * reach],
    ]
    maps = torch.from_numpy(np.array(rows, np.float32).transpose(2, 0, 1)).to(images.device)  # (B, 2, 3)
    places = F.affine_grid(maps, list(images.shape), align_corners=False)
    moved = F.grid_sample(images, places, padding_mode="border", align_corners=False)
    return moved.contiguous(memory_format=torch.channels_last)
