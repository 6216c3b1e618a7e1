"""What a trained classifier says of images."""

# N images in the source, n of them asked for, S image size

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from synthgap_cli.arrays import ImageSource, Track, untracked
from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.devices import map_batches
from synthgap_cli.errors import SynthgapError
from synthgap_cli.imaging.batches import iterate_batches, split_batches
from synthgap_cli.imaging.tensors import to_unit_tensor

BATCH_SIZE = 256


@dataclass(frozen=True)
class Scores:
    """The classifier's verdict, one row an image."""

    probability: NDArray[np.float64]
    """``(n,)``: of being synthetic."""
    style: NDArray[np.float32]
    """``(n, 64)``: the penultimate layer after ReLU, the thesis' style space."""


def score(
    model: SmallCnn,
    images: ImageSource,
    rows: NDArray[np.intp],
    *,
    batch_size: int = BATCH_SIZE,
    device: torch.device,
    track: Track = untracked,
) -> Scores:
    """Return the probability of being synthetic and the style vector of each row, in the rows' order.

    Parameters
    ----------
    model : SmallCnn
        Put into evaluation mode on the device; images are resized to its size there.
    images : ImageSource (N, H, W, 3) uint8
    rows : intp (n,)
    batch_size : int
        A matter of speed and memory: the scores do not depend on it (float32 throughout).

    Raises
    ------
    SynthgapError
        A score is not finite, so a weight is not.
    """
    model = model.to(device).eval()
    batches = split_batches(rows, batch_size)
    probabilities, styles = [np.empty(0)], [np.empty((0, model.style_dim), np.float32)]
    scored = map_batches(partial(score_batch, model, device), iterate_batches(images, batches), device=device)
    for probability, style in track(scored, "classifying", len(batches)):
        probabilities.append(probability)
        styles.append(style)
    probability = np.concatenate(probabilities)
    if not np.isfinite(probability).all():
        raise SynthgapError("The classifier's scores are not finite.", hint="Train it again.")
    return Scores(probability, np.concatenate(styles))


@torch.inference_mode()
def score_batch(
    model: SmallCnn, device: torch.device, pixels: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return probabilities (B,) and style vectors (B, 64) of one batch, of a model ready on the device."""
    style = model.style(to_unit_tensor(pixels, device=device, size=model.image_size))  # (B, 64)
    logit = model.classify_style(style)
    return logit.cpu().double().sigmoid().numpy(), style.cpu().numpy()
