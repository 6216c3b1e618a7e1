import torch

from synthgap_cli.vaes.building import build_vae


def test_the_layers_are_those_of_the_thesis():
    with torch.device("meta"):
        vae = build_vae({"architecture": "classic", "image_size": 32})
    layers = [
        (layer.in_features, layer.out_features)
        for layer in vae.modules()
        if isinstance(layer, torch.nn.Linear)
    ]
    assert layers == [
        *((3072, 4096), (4096, 2048)),
        *((2048, 512), (2048, 512)),
        *((512, 2048), (2048, 4096)),
        (4096, 3072),
    ]
    assert vae.latent_shape == (512,) and vae.tag == "classic"
