import pytest
import torch
import torch.nn.functional as F

from synthgap_cli.vaes.architectures._upsampling import UpsampledConv


def _by_making_the_large_input(layer, small, pad):
    reach = {3: 1, 5: 1, 7: 2}[layer.conv.kernel_size[0]]
    if pad == "reflect":
        small = F.pad(small, (reach,) * 4, mode="reflect")
    large = small.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    half = layer.conv.kernel_size[0] // 2
    if pad == "zero":
        return F.conv2d(large, layer.conv.weight, layer.conv.bias, padding=half)
    image = F.conv2d(large, layer.conv.weight, layer.conv.bias)
    border = 2 * reach - half
    height, width = (extent - 4 * reach for extent in large.shape[2:])
    return image[:, :, border : border + height, border : border + width]


@pytest.mark.parametrize("pad", ["zero", "reflect"])
@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_the_result_is_that_of_doubling_and_convolving(kernel_size, pad):
    torch.manual_seed(0)
    layer = UpsampledConv(4, 6, kernel_size=kernel_size, pad=pad).double()
    small = torch.randn(2, 4, 5, 7, dtype=torch.float64)
    expected = _by_making_the_large_input(layer, small, pad)
    assert expected.shape == (2, 6, 10, 14)
    torch.testing.assert_close(layer(small), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("kernel_size", [3, 5, 7])
def test_the_gradient_is_that_of_doubling_and_convolving(kernel_size):
    torch.manual_seed(0)
    layer = UpsampledConv(2, 3, kernel_size=kernel_size, pad="zero").double()
    small = torch.randn(1, 2, 4, 4, dtype=torch.float64)
    toward = torch.randn(1, 3, 8, 8, dtype=torch.float64)
    gradients = [
        torch.autograd.grad((image * toward).sum(), list(layer.parameters()))
        for image in (layer(small), _by_making_the_large_input(layer, small, "zero"))
    ]
    torch.testing.assert_close(*gradients, rtol=1e-10, atol=1e-12)
