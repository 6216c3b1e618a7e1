import pytest
import torch

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.building import build_vae


def _on_meta(image_size, **options):
    with torch.device("meta"):
        return build_vae({"architecture": "attention", "image_size": image_size, "options": options})


@pytest.mark.parametrize(("image_size", "side"), [(16, 2), (72, 9), (128, 16), (224, 28)])
def test_latents_are_maps_of_an_eighth_of_the_image_s_size(image_size, side):
    vae = _on_meta(image_size, latent_channels=16)
    assert vae.latent_shape == (16, side, side)
    assert vae.tag == "attention-16"


@pytest.mark.parametrize(("image_size", "hint"), [(100, "96 or 104"), (8, "16")])
def test_an_image_size_that_does_not_suit_is_refused_with_the_nearest(image_size, hint):
    with pytest.raises(UsageProblem) as refused:
        _on_meta(image_size)
    assert refused.value.hint == f"Nearest: {hint}."


def _count_by_hand(width, blocks, latents):
    def conv(before, after, kernel):
        return after * (before * kernel**2 + 1)

    def block(channels):
        return 2 * 2 * channels + 2 * conv(channels, channels, 3)

    patch = 3 * 8**2
    half, quarter, eighth = width, 2 * width, 4 * width
    attention = 2 * eighth + conv(eighth, 3 * eighth, 1) + conv(eighth, eighth, 1)
    shared = blocks * (block(quarter) + block(eighth)) + 2 * block(eighth) + attention
    down = conv(3, half, 4) + conv(half, quarter, 4) + conv(quarter, eighth, 4)
    up = conv(eighth, quarter, 5) + conv(quarter, half, 5) + conv(half, 3, 7)
    heads = conv(eighth, latents, 1) + conv(latents, eighth, 1)
    linear_path = conv(patch, latents, 1) + conv(latents, patch, 3)
    return down + up + 2 * shared + heads + linear_path


@pytest.mark.parametrize("options", [(32, 1, 32), (16, 1, 4), (8, 3, 16)])
def test_the_number_of_weights_is_that_of_the_layers(options):
    names = ("width", "blocks_per_level", "latent_channels")
    vae = _on_meta(64, **dict(zip(names, options, strict=True)))
    assert sum(weight.numel() for weight in vae.parameters()) == _count_by_hand(*options)


def test_the_default_has_as_many_latents_as_resvae_s():
    with torch.device("meta"):
        resvae = build_vae({"architecture": "resvae", "image_size": 64})
    assert _on_meta(64).latent_shape == resvae.latent_shape


def test_convolutions_decode_equal_latents_to_one_colour_away_from_the_border():
    torch.manual_seed(0)
    config = {"architecture": "attention", "image_size": 256, "options": {"width": 2, "latent_channels": 2}}
    vae = build_vae(config).double()
    for module in vae.modules():
        if isinstance(module, torch.nn.Conv2d) and not module.weight.any():
            module.reset_parameters()
    with torch.inference_mode():
        image = vae.decoder(torch.full((1, *vae.latent_shape), 3.0, dtype=torch.float64))[0]
    middle = image[:, 96:-96, 96:-96]
    assert float(image.std()) > 1e-3  # the borders do differ
    torch.testing.assert_close(middle, middle[:, :1, :1].expand_as(middle), rtol=0, atol=1e-6)
