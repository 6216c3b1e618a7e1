import numpy as np
import pytest
import torch

from synthgap_cli import plugins
from synthgap_cli.devices import threads
from synthgap_cli.errors import InvalidInput
from synthgap_cli.imaging.tensors import resize, to_uint8, to_unit_tensor
from synthgap_cli.vaes.building import ARCHITECTURES, build_vae
from synthgap_cli.vaes.inference import decode, encode

CPU = torch.device("cpu")


def _build(**options):
    torch.manual_seed(0)
    return build_vae({"architecture": "resvae", "image_size": 16, "options": {"blocks": 4, **options}})


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (10, 16, 16, 3), dtype=np.uint8)


def _encoded(vae, images, batch_size, **settings):
    batches = [images[start : start + batch_size] for start in range(0, len(images), batch_size)]
    return np.concatenate(
        [latents.mean for latents in encode(vae, batches, device=CPU, precision="fp32", **settings)]
    )


def test_latents_are_float32_rows(images):
    latents = next(encode(_build(), [images], device=CPU, precision="fp32"))
    assert latents.mean.shape == (10, 16) and latents.mean.dtype == np.float32
    assert latents.log_variance is None


def test_the_log_variance_comes_along_where_it_is_learned(images):
    latents = next(encode(_build(reparam="gaussian"), [images], device=CPU, precision="fp32"))
    assert latents.log_variance.shape == (10, 16) and latents.log_variance.dtype == np.float32


@pytest.mark.parametrize("batch_size", [1, 3])
def test_latents_do_not_depend_on_batch_size(images, batch_size):
    whole, parts = _encoded(_build(), images, 10), _encoded(_build(), images, batch_size)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-5 * np.abs(whole).max())


@pytest.mark.parametrize("batch_size", [1, 3])
def test_decoded_images_do_not_depend_on_batch_size(batch_size):
    vae = _build()
    latents = np.random.default_rng(0).standard_normal((10, 16)).astype(np.float32)
    blocks = [latents[start : start + batch_size] for start in range(0, 10, batch_size)]
    whole = next(decode(vae, [latents], device=CPU, precision="fp32"))
    parts = np.concatenate(list(decode(vae, blocks, device=CPU, precision="fp32")))
    assert np.abs(parts.astype(int) - whole).max() <= 1  # a value between two levels may round either way
    assert (parts != whole).mean() < 0.001


def test_rows_are_the_latent_maps_in_order(images):
    vae = _build().eval()
    latents = next(encode(vae, [images], device=CPU, precision="fp32"))
    with torch.inference_mode():
        maps = vae.encode(to_unit_tensor(images, device=CPU)).mean
        expected = vae.decode(maps)
    np.testing.assert_array_equal(latents.mean, maps.reshape(10, 16).numpy())
    decoded = next(decode(vae, [latents.mean], device=CPU, precision="fp32"))
    np.testing.assert_allclose(decoded, 255 * expected.permute(0, 2, 3, 1).numpy(), rtol=0, atol=0.51)


SMALL = {
    "attention": {"width": 8, "latent_channels": 4},
    "backbone": {"network": "mobilenet_v3_small"},
    "classic": {"hidden": [32, 16], "latents": 8},
    "compact": {"width": 8, "latent_channels": 4},
    "resvae": {"blocks": 4},
}


@pytest.mark.parametrize("architecture", plugins.names(ARCHITECTURES))
def test_encoding_then_decoding_is_the_network_s_own_reconstruction_to_the_bit(architecture):
    torch.manual_seed(0)
    options = SMALL.get(architecture, {})
    vae = build_vae({"architecture": architecture, "image_size": 32, "options": options}).eval()
    images = np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), dtype=np.uint8)
    latents = next(encode(vae, [images], device=CPU, precision="fp32"))
    decoded = next(decode(vae, [latents.mean], device=CPU, precision="fp32"))
    with torch.inference_mode(), threads(1):
        own = to_uint8(vae.decode(vae.encode(to_unit_tensor(images, device=CPU)).mean))
    np.testing.assert_array_equal(decoded, own)


def test_larger_images_are_reduced_with_the_one_filter():
    large = np.random.default_rng(0).integers(0, 256, (2, 40, 40, 3), dtype=np.uint8)
    vae = _build().eval()
    with torch.inference_mode():
        expected = vae.encode(resize(to_unit_tensor(large, device=CPU), 16)).mean.flatten(1)
    np.testing.assert_allclose(_encoded(vae, large, 2), expected.numpy(), rtol=0, atol=1e-5)


def test_encoding_leaves_batch_norm_s_running_statistics_alone():
    torch.manual_seed(0)
    vae = build_vae({"architecture": "vgg11_bn", "image_size": 32}).train()
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    images = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    latents = next(encode(vae, [images], device=CPU, precision="fp32"))
    next(decode(vae, [latents.mean], device=CPU, precision="fp32"))
    assert all(torch.equal(value, before[name]) for name, value in vae.state_dict().items())


def test_latents_of_another_autoencoder_are_refused():
    with pytest.raises(InvalidInput, match=r"15 numbers an image, resvae-4 has 16"):
        next(decode(_build(), [np.zeros((2, 15), np.float32)], device=CPU, precision="fp32"))
