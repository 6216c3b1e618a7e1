import pytest
import torch

from synthgap_cli.errors import InvalidInput, UsageProblem
from synthgap_cli.vaes.building import build_vae


@pytest.fixture(scope="module")
def vae():
    torch.manual_seed(0)
    return build_vae({"architecture": "vgg11_bn", "image_size": 32})


def _on_meta(name, image_size=64, **options):
    with torch.device("meta"):
        return build_vae({"architecture": name, "image_size": image_size, "options": options})


def _weights(module):
    return sum(weight.numel() for weight in module.parameters())


CORE_BEHIND_THE_FIRST_LAYER = 4097 * 2048 + 2 * 2049 * 512 + 513 * 2048 + 2049 * 4096


@pytest.mark.parametrize(
    ("name", "front", "features"),
    [("resnet152", 58_143_808, 2048), ("vgg11_bn", 9_225_984, 2048), ("vgg16_bn", 14_723_136, 2048)],
)
def test_the_front_is_torchvision_s_without_its_classifier(name, front, features):
    vae = _on_meta(name)
    assert _weights(vae.front) == front
    assert _weights(vae.core) == (features + 1) * 4096 + CORE_BEHIND_THE_FIRST_LAYER
    assert vae.latent_shape == (512,)


def test_a_frozen_front_stays_as_it_is_while_training(vae):
    before = {name: value.clone() for name, value in vae.front.state_dict().items()}
    vae.train()
    optimizer = torch.optim.SGD([weight for weight in vae.parameters() if weight.requires_grad], lr=0.1)
    rendered, _ = vae(torch.rand(2, 3, 32, 32), torch.randn(2, 512))
    rendered.square().mean().backward()
    optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in vae.front.state_dict().items())


def test_a_front_that_is_not_frozen_is_trained():
    vae = _on_meta("vgg11_bn", frozen=False).train()
    assert vae.front.training
    assert all(weight.requires_grad for weight in vae.front.parameters())


def test_the_front_sees_images_normalised_as_on_imagenet(vae):
    seen = []
    hook = vae.front.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    vae.eval().encode((mean + 2 * std).view(1, 3, 1, 1).expand(1, 3, 32, 32))
    hook.remove()
    torch.testing.assert_close(seen[0], torch.full((1, 3, 32, 32), 2.0))


def test_the_front_takes_imagenet_weights_by_torchvision_s_names(vae):
    names = {f"features.{index}.weight" for index in (0, 1, 4, 25)}
    assert names < vae.front.state_dict().keys()
    weights = {name: torch.full_like(value, 3) for name, value in vae.front.state_dict().items()}
    vae.load_imagenet({**weights, "classifier.6.bias": torch.zeros(1000)})
    assert all((value == 3).all() for value in vae.front.state_dict().values())


def test_weights_of_another_network_are_refused(vae):
    weights = dict(vae.front.state_dict())
    weights["features.0.weight"] = torch.zeros(64, 1, 3, 3)
    with pytest.raises(InvalidInput, match="1 are missing or of another shape"):
        vae.load_imagenet(weights)


def test_an_image_too_small_for_the_front_is_refused():
    with pytest.raises(UsageProblem, match="at least 32"):
        _on_meta("vgg11_bn", image_size=16)
