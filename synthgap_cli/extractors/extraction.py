"""Images to features, one pass over the images for all networks."""

# N images, H height, W width, D features, S a network's input size

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from synthgap_cli.devices import Precision, autocast, full_precision, map_batches
from synthgap_cli.errors import SynthgapError
from synthgap_cli.extractors.extractor import Extractor
from synthgap_cli.imaging.tensors import to_unit_tensor


def extract(
    extractors: Sequence[Extractor],
    batches: Iterable[NDArray[np.uint8]],
    *,
    device: torch.device,
    precision: Precision = "fp32",
) -> Iterator[list[NDArray[np.float32]]]:
    """Yield for each batch the features of each network, float32 ``(N, D)``, rows in the batch's order.

    An image is resized to the network's input size with the program's one antialiased filter, or not at
    all where it has that size already, and normalised as the network expects. torchvision's own evaluation
    resizes to 256 pixels and cuts the centre 224 out, mostly by bilinear interpolation: images in a store
    are square already, and nothing of them is cut away.

    Parameters
    ----------
    extractors : sequence of Extractor
        On ``device``; those of one input size share the resized images.
    batches : iterable of uint8 (N, H, W, 3)
        Their size is a matter of speed and memory: features do not depend on it.
    precision : {"fp32", "bf16"}
        Of the networks' arithmetic, without TF32; the features are float32 in any case.

    Raises
    ------
    SynthgapError
        A feature is not finite.
    """
    yield from map_batches(
        lambda images: _describe(extractors, images, device, precision), batches, device=device
    )


def _describe(
    extractors: Sequence[Extractor], images: NDArray[np.uint8], device: torch.device, precision: Precision
) -> list[NDArray[np.float32]]:
    features = _forward(extractors, images, device, precision)
    arrays = [feature.float().cpu().numpy() for feature in features]
    for extractor, array in zip(extractors, arrays, strict=True):
        assert array.shape == (len(images), extractor.num_features), (extractor.name, array.shape)
        if not np.isfinite(array).all():
            raise SynthgapError(
                f"{extractor.name} gives features that are not finite.",
                hint="Check its weights, or use --precision fp32.",
            )
    return arrays


@torch.inference_mode()
def _forward(
    extractors: Sequence[Extractor], images: NDArray[np.uint8], device: torch.device, precision: Precision
) -> list[Tensor]:
    sizes = {extractor.input_size for extractor in extractors}
    units = {size: to_unit_tensor(images, device=device, size=size) for size in sizes}  # (N, 3, S, S)
    features = []
    for extractor in extractors:
        mean = torch.tensor(extractor.mean, device=device).view(3, 1, 1)
        std = torch.tensor(extractor.std, device=device).view(3, 1, 1)
        with full_precision(device), autocast(device, precision):
            features.append(extractor.module((units[extractor.input_size] - mean) / std))  # (N, D)
    return features
