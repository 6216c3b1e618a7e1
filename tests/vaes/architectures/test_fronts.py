import pytest
import torch
from torchvision import models

from synthgap_cli.errors import UsageProblem
from synthgap_cli.vaes.architectures._fronts import build_front

# one of each kind that torchvision has, and the features before its classifier at 64 pixels
FEATURES = {
    "alexnet": 256 * 1 * 1,
    "convnext_tiny": 768,
    "densenet121": 1024,
    "efficientnet_b0": 1280,
    "googlenet": 1024,
    "mnasnet0_5": 1280,
    "mobilenet_v2": 1280,
    "mobilenet_v3_small": 576,
    "regnet_y_400mf": 440,
    "resnet152": 2048,
    "resnext50_32x4d": 2048,
    "shufflenet_v2_x0_5": 1024,
    "squeezenet1_1": 512 * 3 * 3,
    "swin_t": 768,
    "vgg11_bn": 512 * 2 * 2,
    "vgg16": 512 * 2 * 2,
    "wide_resnet50_2": 2048,
}


def _on_meta(network, image_size):
    with torch.device("meta"):
        return build_front(network, image_size)


@pytest.mark.parametrize("network", FEATURES)
def test_a_front_makes_one_vector_of_an_image(network):
    front = _on_meta(network, 64)
    assert front.num_features == FEATURES[network]
    features = front.module.eval()(torch.empty(2, 3, 64, 64, device="meta"))
    assert features.shape == (2, front.num_features)


@pytest.mark.parametrize("network", ["regnet_y_400mf", "googlenet", "vgg11_bn", "swin_t"])
def test_weights_bear_torchvision_s_names_and_the_classifier_s_are_gone(network):
    front = _on_meta(network, 64).module.state_dict()
    whole = models.get_model(network, weights=None, init_weights=False) if network == "googlenet" else None
    whole = (whole or models.get_model(network, weights=None)).state_dict()
    classifiers = ("fc.", "classifier.", "head.", "aux1.", "aux2.")
    assert front.keys() == {name for name in whole if not name.startswith(classifiers)}
    assert all(front[name].shape == whole[name].shape for name in front)


@pytest.mark.parametrize(
    ("network", "layer"), [("resnet18", "fc"), ("vgg11_bn", "classifier"), ("alexnet", "classifier")]
)
def test_at_the_size_it_was_published_for_a_front_puts_out_what_its_classifier_gets(network, layer):
    torch.manual_seed(0)
    whole = models.get_model(network, weights=None).eval()
    front = build_front(network, 224)
    front.module.load_state_dict(whole.state_dict(), strict=False)
    seen = []
    whole.get_submodule(layer).register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    normalised = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        whole(normalised)
        torch.testing.assert_close(front.module.eval()(normalised), seen[0])


@pytest.mark.parametrize(
    ("image_size", "side"), [(32, 1), (63, 1), (64, 2), (160, 5), (224, 7), (256, 7), (480, 7)]
)
def test_maps_are_neither_repeated_nor_larger_than_seven_by_seven(image_size, side):
    assert _on_meta("vgg11_bn", image_size).num_features == 512 * side**2


def test_images_are_normalised_as_the_published_weights_want():
    assert _on_meta("resnet18", 32).mean == (0.485, 0.456, 0.406)
    assert _on_meta("resnet18", 32).std == (0.229, 0.224, 0.225)
    assert _on_meta("efficientnet_v2_l", 32).mean == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("network", "published"), [("vit_b_32", 224), ("maxvit_t", 224), ("inception_v3", 299)]
)
def test_a_network_that_does_not_take_small_images_is_refused_with_the_size_it_takes(network, published):
    with pytest.raises(UsageProblem, match=f"{network} does not take images of 64 pixels") as refused:
        _on_meta(network, 64)
    assert f"published for {published} pixels" in refused.value.hint
    assert _on_meta(network, published).num_features > 0


def test_an_unknown_network_is_refused_with_the_nearest():
    with pytest.raises(UsageProblem) as refused:
        build_front("resnet51", 64)
    assert refused.value.hint.startswith("Did you mean 'resnet50'?")


def test_counting_the_features_changes_nothing_and_draws_nothing():
    torch.manual_seed(0)
    front = build_front("resnet18", 32).module
    drawn = torch.rand(1)
    torch.manual_seed(0)
    whole = models.resnet18()
    assert torch.equal(torch.rand(1), drawn)
    assert all(torch.equal(value, whole.state_dict()[name]) for name, value in front.state_dict().items())
    assert front.training
