import numpy as np
import torch

from synthgap_cli.classifier.network import SmallCnn
from synthgap_cli.classifier.saliency import activation_maps, weight_maps


def test_activation_maps_lie_over_the_image():
    model = SmallCnn(13).eval()
    first, second = activation_maps(model, torch.rand(2, 3, 13, 13))
    assert (first.shape, first.dtype) == ((2, 4, 13, 13), np.float32)
    assert (second.shape, second.dtype) == ((2, 8, 6, 6), np.float32)
    assert min(first.min(), second.min()) >= 0


def test_a_bright_corner_activates_that_corner_alone():
    model = SmallCnn(16).eval()
    with torch.no_grad():
        model.first_convolution.weight.fill_(1)
        model.first_convolution.bias.zero_()
    unit = torch.zeros(1, 3, 16, 16)
    unit[..., :4, 12:] = 1
    first, _ = activation_maps(model, unit)
    lit = np.argwhere(first[0, 0] > 0)
    assert lit[:, 0].max() == 4
    assert lit[:, 1].min() == 11


def test_weight_maps_are_the_length_of_each_place_over_the_channels():
    model = SmallCnn(18)
    maps = weight_maps(model)
    assert (maps.shape, maps.dtype) == ((64, 4, 4), np.float32)
    weights = model.to_arrays()["to_style.weight"]  # (64, 8 * 4 * 4), channel slowest
    for unit, row, column in [(0, 0, 0), (17, 1, 3), (63, 3, 2)]:
        of_place = weights[unit, [channel * 16 + row * 4 + column for channel in range(8)]]
        np.testing.assert_allclose(maps[unit, row, column], np.sqrt(np.sum(of_place**2)), rtol=1e-5)


def test_weight_maps_point_at_the_place_that_changes_the_style():
    model = SmallCnn(16).eval()
    with torch.no_grad():
        weights = model.to_style.weight.view(64, 8, 4, 4)
        weights.zero_()
        weights[5, :, 2, 1] = 1.0
    strongest = np.unravel_index(weight_maps(model)[5].argmax(), (4, 4))
    assert strongest == (2, 1)
    before, inside, outside = (torch.full((1, 3, 16, 16), 0.5) for _ in range(3))
    inside[..., 8:12, 4:8] = 1
    outside[..., :4, 12:] = 1
    style = model.style(torch.cat([before, inside, outside]))[:, 5]
    assert style[0] == style[2]
    assert style[0] != style[1]
