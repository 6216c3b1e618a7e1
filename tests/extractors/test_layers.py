from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import nn
from torchvision import models
from torchvision.models.feature_extraction import create_feature_extractor

from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.layers import UpTo, list_layers, output_shape


@pytest.mark.parametrize(
    ("name", "layer", "size"),
    [
        ("vgg11_bn", "features.1", 64),  # a batch norm whose output the next layer changes in place
        ("resnet18", "layer1.0.relu", 64),  # used twice: the first time counts
        ("resnet18", "layer2.1", 64),
        ("resnet18", "layer3", 64),
        ("mobilenet_v2", "features.5.conv.0", 64),
        ("densenet121", "features.denseblock1.denselayer2.norm1", 64),
        ("convnext_tiny", "features.1.0", 64),
        ("swin_t", "features.1.0", 64),
        ("vit_b_16", "encoder.layers.encoder_layer_1", 224),
    ],
)
def test_a_layer_puts_out_what_torchvisions_feature_extractor_takes_there(name, layer, size):
    network = models.get_model(name).eval()
    unit = torch.rand(2, 3, size, size)
    with torch.no_grad():
        expected = create_feature_extractor(network, {layer: "maps"})(unit)["maps"]
        torch.testing.assert_close(UpTo(network, layer)(unit), expected, rtol=0, atol=0)


class Toy(nn.Module):
    """Has one of each kind of layer that cannot be the features, and two that can."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3, padding=1)
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)
        self.per_window = nn.LayerNorm(4)
        self.table = nn.Linear(2, 4)
        self.unused = nn.Linear(2, 2)
        self.head = nn.Linear(4, 5)
        self.classifier = nn.Identity()

    def forward(self, unit):
        maps = self.convolution(unit)
        tokens = maps.flatten(2).mT + self.table(torch.zeros(7, 2, device=unit.device)).mean(0)
        self.per_window(tokens.unflatten(1, (2, -1)).flatten(0, 1))
        attended, _ = self.attention(tokens, tokens, tokens, need_weights=False)
        return self.classifier(self.head(attended.mean(1)))


def test_layers_are_listed_in_the_order_in_which_an_image_passes_them():
    layers = list_layers(Toy().eval(), 8)
    assert [(layer.name, layer.kind, layer.shape) for layer in layers] == [
        ("convolution", "Conv2d", (4, 8, 8)),
        ("head", "Linear", (5,)),
    ]


@pytest.mark.parametrize("layer", ["attention", "per_window", "table", "unused"])
def test_what_is_no_single_tensor_for_each_image_is_refused(layer):
    with pytest.raises(UsageProblem, match=layer):
        output_shape(UpTo(Toy().eval(), layer), 8)


@pytest.mark.parametrize(("layer", "hint"), [("convolutoin", "convolution"), ("classifier", "--list-layers")])
def test_an_unknown_layer_is_answered_with_the_nearest(layer, hint):
    with pytest.raises(UsageProblem, match=layer) as caught:
        UpTo(Toy(), layer)
    assert hint in caught.value.hint


def test_what_comes_after_the_layer_is_not_computed():
    network = Toy().eval()
    network.head.register_forward_pre_hook(lambda *_: pytest.fail("computed"))
    assert output_shape(UpTo(network, "convolution"), 8) == (4, 8, 8)


def test_several_threads_pass_one_network_at_once():
    network = UpTo(models.resnet18().eval(), "layer1.0")
    images = [torch.rand(1, 3, 64, 64) for _ in range(16)]
    with torch.no_grad():
        expected = [network(image) for image in images]

    def pass_one(image):
        with torch.no_grad():
            return network(image)

    with ThreadPoolExecutor(4) as pool:
        for found, wanted in zip(pool.map(pass_one, images), expected, strict=True):
            torch.testing.assert_close(found, wanted)
