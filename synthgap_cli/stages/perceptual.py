"""What ``--perceptual`` names, as the distance that a training makes small."""

from __future__ import annotations

import torch

from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.extractors.perceptual import PerceptualDistance
from synthgap_cli.stages.run import Reporter
from synthgap_cli.stages.weights import parse_weights


def load_perceptual(
    network: str, weights: str, device: torch.device, reporter: Reporter
) -> PerceptualDistance:
    """Return the distance between two images' maps in the network, ready on the device.

    Raises
    ------
    UsageProblem
        There is no such network.
    InputMissing
        Its weights are not here and cannot be downloaded, or its package is not installed.
    InvalidInput
        The weights are another network's.
    """
    if weights == "random":
        reporter.warn(
            f"The perceptual term compares maps of {network} with random weights: it was never trained."
        )
    return PerceptualDistance(load_extractor(network, weights=parse_weights(weights), device=device))
