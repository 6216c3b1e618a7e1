"""A network that turns images into feature vectors, and what must be recorded of it."""

# N images, D features, S the network's input size

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

Channels = tuple[float, float, float]


@dataclass(frozen=True)
class Backbone:
    """A network without its classifier, as its family builds it."""

    module: nn.Module
    """Maps normalised ``(N, 3, S, S)`` to ``(N, D)``."""
    layer: str
    """What the features are, in the names of the network's own modules."""
    num_features: int
    input_size: int
    mean: Channels
    std: Channels


@dataclass(frozen=True)
class Extractor:
    """A backbone with known weights, ready to run on its device."""

    name: str
    tag: str
    """Name, layer and pool as they occur in names of files."""
    layer: str
    pool: str
    """How the layer's maps become one vector; ``none`` of the default layer, which puts out vectors."""
    num_features: int
    input_size: int
    """Height and width of the images that the network was trained for, in pixels."""
    mean: Channels
    std: Channels
    """What its images are normalised by, red, green, blue, of intensities in [0, 1]."""
    weights: str
    """Where they come from: ``IMAGENET1K_V1``, ``random seed 0``, or the name of a file."""
    weights_sha256: str
    """Of the file; of random weights, of their names, shapes and bytes."""
    module: nn.Module


def is_enlarged(extractor: Extractor, image_size: int) -> bool:
    """Return whether images of this size hold fewer pixels than the network looks at."""
    return image_size < extractor.input_size
