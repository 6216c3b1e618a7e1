from itertools import pairwise

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


def test_sizes_are_free_and_mirrored_in_the_decoder():
    options = {"hidden": (30, 20, 10), "latents": 5}
    vae = build_vae({"architecture": "classic", "image_size": 16, "options": options})
    layers = [layer for layer in vae.modules() if isinstance(layer, torch.nn.Linear)]
    down, up = [768, 30, 20, 10], [5, 10, 20, 30, 768]
    pairs = [*pairwise(down), (10, 5), (10, 5), *pairwise(up)]
    assert [(layer.in_features, layer.out_features) for layer in layers] == pairs
    with torch.inference_mode():
        mean = vae.encode(torch.rand(2, 3, 16, 16)).mean
        assert mean.shape == (2, 5)
        assert vae.decode(mean).shape == (2, 3, 16, 16)
