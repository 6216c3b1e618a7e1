import contextlib
import io

import pytest
import torch
import torch.nn.functional as F

from synthgap_cli.extractors.efficientnet_lite import EfficientNetLite0, SameConv2d, rename_published
from synthgap_cli.extractors.families import packaged
from synthgap_cli.extractors.weights import load_state, read_state


def test_logits_are_those_of_the_published_implementation():
    published = pytest.importorskip("efficientnet_lite_pytorch")
    pytest.importorskip(packaged.PACKAGE)
    path = packaged.fetch(packaged.NETWORK)
    with contextlib.redirect_stdout(io.StringIO()):  # which says on loading that it has loaded
        oracle = published.EfficientNet.from_pretrained("efficientnet-lite0", weights_path=str(path)).eval()
    network = EfficientNetLite0().eval()
    load_state(network, rename_published(read_state(path)))
    unit = torch.randn(2, 3, 224, 224)
    with torch.no_grad():
        torch.testing.assert_close(network(unit), oracle(unit), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("side", [15, 16, 17])
@pytest.mark.parametrize("kernel", [3, 5])
def test_a_stride_of_two_keeps_half_the_side_rounded_up_and_pads_the_end(side, kernel):
    convolution = SameConv2d(1, 1, kernel, 2, bias=False)
    image = torch.rand(1, 1, side, side)
    found = convolution(image)
    assert found.shape[-2:] == (-(-side // 2), -(-side // 2))
    # the first output stands on an even image at kernel // 2 - 1 pixels before the edge, else one earlier
    before = kernel // 2 - 1 if side % 2 == 0 else kernel // 2
    padded = F.pad(image, (before, kernel, before, kernel))
    expected = F.conv2d(padded, convolution.weight, stride=2)[..., : found.shape[-2], : found.shape[-1]]
    torch.testing.assert_close(found, expected)


def test_random_weights_let_features_neither_fade_nor_explode():
    torch.manual_seed(0)
    network = EfficientNetLite0().eval()
    network.classifier = torch.nn.Identity()
    with torch.no_grad():
        assert 1e-2 < network(torch.randn(2, 3, 64, 64)).std() < 1e2
