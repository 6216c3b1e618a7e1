import copy
import re
from collections import OrderedDict

import pytest
import torch
from torchvision import models
from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

from synthgap_cli.extractors.families import torchvision as family
from synthgap_cli.extractors.names import GROUPS

# RegNets compute their widths with tensors when they are built, which needs memory behind them: of these
# thirteen, which are one class, the smallest of either kind are built in earnest
REGNETS = ("regnet_x_400mf", "regnet_y_400mf")
NAMES = [name for name in family.names() if not name.startswith("regnet")]


@pytest.mark.parametrize("name", NAMES)
def test_every_network_maps_images_of_its_size_to_one_vector_each(name):
    with torch.device("meta"):
        backbone = family.build(name, None)
        size = backbone.input_size
        features = backbone.module.eval()(torch.zeros(2, 3, size, size))
    assert features.shape == (2, backbone.num_features)


@pytest.mark.parametrize("name", REGNETS)
def test_regnets_do_too(name):
    backbone = family.build(name, None)
    assert backbone.module.eval()(torch.zeros(1, 3, 32, 32)).shape == (1, backbone.num_features)


@pytest.mark.parametrize("name", family.names())
def test_every_network_has_pinned_weights_with_a_digest_in_their_name(name):
    assert re.search(r"-[0-9a-f]{8,}\.pth$", family._path(name).name)
    pinned = "IMAGENET1K_SWAG_LINEAR_V1" if name in ("regnet_y_128gf", "vit_h_14") else "IMAGENET1K_V1"
    assert family.label(name) == pinned


@pytest.mark.parametrize("name", ["mobilenet_v2", "resnet152", "resnext101_32x8d", "mnasnet1_0"])
def test_pinned_weights_are_the_thesis_also_where_torchvision_has_moved_on(name):
    default = models.get_model_weights(name).DEFAULT
    assert (default.name != family.label(name)) == (name != "mnasnet1_0")


@pytest.mark.parametrize(
    ("name", "num_features"),
    list(zip(GROUPS["thesis"], [4096, 1280, 4096, 4096, 1280, 1280, 2048, 2048], strict=True)),
)
def test_the_thesis_networks_have_the_features_of_its_layers(name, num_features):
    with torch.device("meta"):
        backbone = family.build(name, None)
    assert (backbone.num_features, backbone.input_size) == (num_features, 224)
    assert backbone.mean == pytest.approx((0.485, 0.456, 0.406))
    assert backbone.std == pytest.approx((0.229, 0.224, 0.225))


@pytest.mark.parametrize("name", ["alexnet", "mobilenet_v2", "mnasnet0_5", "resnet18", "densenet121"])
def test_features_are_what_torchvisions_extractor_takes_before_the_last_layer(name):
    network = models.get_model(name).eval()
    nodes = get_graph_node_names(network)[1]
    backbone = family.build(name, network.state_dict())
    layer = backbone.layer.removeprefix("input of ")
    before = nodes[nodes.index(layer) - 1]
    unit = torch.rand(2, 3, 96, 96)
    with torch.no_grad():
        expected = create_feature_extractor(network, [before])(unit)[before]
        torch.testing.assert_close(backbone.module.eval()(unit), expected, rtol=0, atol=0)


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1"])
def test_squeezenets_give_what_their_convolutional_classifier_takes_averaged(name):
    network = models.get_model(name).eval()
    unit = torch.rand(2, 3, 96, 96)
    backbone = family.build(name, network.state_dict())
    with torch.no_grad():
        expected = create_feature_extractor(network, ["features"])(unit)["features"].mean((2, 3))
        torch.testing.assert_close(backbone.module.eval()(unit), expected)


def published_state(name: str) -> OrderedDict[str, torch.Tensor]:
    """Random weights as the network's published file names them."""
    aux = {"aux_logits": True, "init_weights": False} if name == "googlenet" else {}
    state = models.get_model(name, **aux).state_dict()
    if name == "densenet121":  # whose file is older than today's names and batch norm's counter
        return OrderedDict(
            (re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", key), weight)
            for key, weight in state.items()
            if not key.endswith("num_batches_tracked")
        )
    return state


@pytest.mark.parametrize("name", ["googlenet", "densenet121", "mnasnet0_5"])
def test_published_files_give_what_torchvisions_own_builder_makes_of_them(name, monkeypatch):
    pinned = models.get_model_weights(name)["IMAGENET1K_V1"]
    state = published_state(name)
    monkeypatch.setattr(type(pinned), "get_state_dict", lambda *_, **__: copy.copy(state))
    expected = models.get_model(name, weights=pinned).eval()
    backbone = family.build(name, copy.copy(state))
    expected.set_submodule(backbone.layer.removeprefix("input of "), torch.nn.Identity())
    unit = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        torch.testing.assert_close(backbone.module.eval()(unit), expected(unit), rtol=0, atol=0)
