"""torchvision's networks without what classifies: the fronts of autoencoders with a backbone."""

# N images, S image size, F features, C channels, h and w of the last maps

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call
from torchvision import models

from synthgap_cli.errors import UsageProblem
from synthgap_cli.plugins import unknown

Channels = tuple[float, float, float]

LARGEST_MAPS = 7  # pixels a side; larger ones would give the first layer of the core most of all weights
PROBES = 2

# the auxiliary classifiers are cut off too; images are shifted as for the published weights
_AS_PUBLISHED = {
    name: {"aux_logits": False, "transform_input": True, "init_weights": False}
    for name in ("googlenet", "inception_v3")
}


@dataclass(frozen=True)
class Front:
    """A network up to its classifier.

    Attributes
    ----------
    module : nn.Module
        Normalised images ``(N, 3, S, S)`` to features ``(N, F)``; its weights bear torchvision's names.
    num_features : int
        F at the image size it was built for.
    mean, std : triples of float
        What the published weights want images in [0, 1] normalised by: red, green, blue.
    """

    module: nn.Module
    num_features: int
    mean: Channels
    std: Channels


def front_names() -> list[str]:
    """Return the names of the networks."""
    known: list[str] = models.list_models(module=models)
    return known


def build_front(network: str, image_size: int) -> Front:
    """Return torchvision's ``network`` without its classifier, with random weights.

    In every one of these networks the last module is the classifier. What comes before it is a vector where
    the network averages over the image (ResNets, say) and maps where it does not (AlexNet, VGGs). Maps are
    averaged until they are 7x7 at most, as VGGs do it; but where those repeat smaller maps to fit their
    classifier, here they stay as small as they are.

    Raises
    ------
    UsageProblem
        There is no such network, or it does not take images of this size.
    """
    if network not in front_names():
        raise unknown("network", network, front_names())
    module = _random(network)
    *_, (head, _) = module.named_children()
    for name, layer in list(module.named_modules()):
        if isinstance(layer, nn.AdaptiveAvgPool2d) and layer.output_size not in (1, (1, 1)):
            module.set_submodule(name, ShrunkMaps())
    module.set_submodule(head, nn.Sequential(ShrunkMaps(), nn.Flatten()))
    published = next(iter(models.get_model_weights(network))).transforms()  # all of a network want the same
    try:
        num_features = _count_features(module, image_size)
    except (RuntimeError, AssertionError) as error:  # what torch and ViTs raise of maps that do not fit
        raise UsageProblem(
            f"{network} does not take images of {image_size} pixels: {str(error).splitlines()[0]}",
            hint=f"It was published for {published.crop_size[0]} pixels. Convolutional networks such as "
            "resnet18 take any size from 32 on.",
        ) from error
    return Front(module, num_features, tuple(published.mean), tuple(published.std))


class ShrunkMaps(nn.Module):
    """Averages maps until they are 7x7 at most; leaves smaller ones, and vectors, as they are."""

    def forward(self, features: Tensor) -> Tensor:
        """Return ``(N, C, min(h, 7), min(w, 7))`` of ``(N, C, h, w)``, ``(N, F)`` of ``(N, F)``."""
        if features.ndim < 4:
            return features
        height, width = (min(side, LARGEST_MAPS) for side in features.shape[2:])
        return F.adaptive_avg_pool2d(features, (height, width))


def _random(network: str) -> nn.Module:
    build = models.get_model_builder(network)
    options = _AS_PUBLISHED.get(network, {})
    try:
        return build(weights=None, **options)  # type: ignore[no-any-return]
    except NotImplementedError:  # RegNets compute their widths in tensors, and on `meta` those have no values
        with torch.device("cpu"):
            return build(weights=None, **options).to("meta")  # type: ignore[no-any-return]


@torch.inference_mode()
def _count_features(module: nn.Module, image_size: int) -> int:
    """Return F, found by shapes alone."""
    shapes = {name: value.to("meta") for name, value in (*module.named_parameters(), *module.named_buffers())}
    training = module.training
    module.eval()
    images = torch.empty(PROBES, 3, image_size, image_size, device="meta")
    features = functional_call(module, shapes, (images,))
    module.train(training)
    return int(features.shape[1])
