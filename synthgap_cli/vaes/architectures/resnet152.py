"""ResNet-152 in front: 2048 features, averaged over the image."""

from torch import nn
from torchvision.models import resnet152

from synthgap_cli.vaes.architectures._backbone import BackboneVae, Options, recipes

__all__ = ["Options", "build", "recipes"]


def build(image_size: int, options: Options) -> BackboneVae:
    """Return the network with random weights."""
    front = resnet152()
    front.fc = nn.Identity()
    return BackboneVae("resnet152", image_size, options, front=front, num_features=2048)
