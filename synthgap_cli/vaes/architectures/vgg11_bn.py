"""VGG-11 with batch norm in front: 512 maps of a 32nd of the image's size."""

from synthgap_cli.vaes.architectures._backbone import BackboneVae, Options, recipes, vgg_vae

__all__ = ["Options", "build", "recipes"]


def build(image_size: int, options: Options) -> BackboneVae:
    """Return the network with random weights."""
    return vgg_vae("vgg11_bn", "A", image_size=image_size, options=options)
