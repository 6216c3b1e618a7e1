"""What every architecture must do; a new one is covered unedited."""

import dataclasses
import json

import pytest
import torch

from synthgap_cli import plugins
from synthgap_cli.vaes.building import ARCHITECTURES, build_vae, recipe_for
from synthgap_cli.vaes.model import weights_of

FAMILY = plugins.names(ARCHITECTURES)
IMAGE_SIZE = 32


@pytest.fixture(scope="module", params=FAMILY)
def vae(request):
    torch.manual_seed(0)
    return build_vae({"architecture": request.param, "image_size": IMAGE_SIZE}).eval()


@pytest.fixture(scope="module")
def unit():
    return torch.rand(2, 3, IMAGE_SIZE, IMAGE_SIZE, generator=torch.Generator().manual_seed(1))


def test_an_architecture_encodes_to_its_latent_shape_in_float32(vae, unit):
    with torch.inference_mode():
        posterior = vae.encode(unit)
    assert posterior.mean.shape == (2, *vae.latent_shape)
    assert posterior.mean.dtype == torch.float32


def test_an_architecture_decodes_to_images_between_black_and_white(vae):
    with torch.inference_mode():
        images = vae.decode(30 * torch.randn(2, *vae.latent_shape))
    assert images.shape == (2, 3, IMAGE_SIZE, IMAGE_SIZE)
    assert images.min() >= 0 and images.max() <= 1


def test_the_config_is_json_and_makes_the_same_network(vae):
    config = json.loads(json.dumps(vae.config))
    with torch.device("meta"):
        again = build_vae(config)
    assert again.config == vae.config and again.tag == vae.tag and again.latent_shape == vae.latent_shape
    shapes = {name: value.shape for name, value in again.state_dict().items()}
    assert shapes == {name: value.shape for name, value in vae.state_dict().items()}


def test_every_trained_weight_gets_a_gradient(vae, unit):
    rendered, posterior = vae(unit, torch.randn(2, *vae.latent_shape))
    ((rendered - unit).square().mean() + posterior.kl().mean()).backward()
    trained = {name: weight.grad for name, weight in vae.named_parameters() if weight.requires_grad}
    vae.zero_grad()
    assert trained and [name for name, gradient in trained.items() if gradient is None] == []


def test_copied_weights_are_contiguous_and_no_longer_the_network_s(vae):
    copied = weights_of(vae)
    own = vae.state_dict()
    assert copied.keys() == own.keys()
    assert all(value.is_contiguous() and value.device.type == "cpu" for value in copied.values())
    assert not {value.data_ptr() for value in copied.values()} & {value.data_ptr() for value in own.values()}


def test_an_architecture_has_the_thesis_recipe_and_a_default(vae):
    for name in ("thesis", "default"):
        assert dataclasses.is_dataclass(recipe_for(vae, name))
