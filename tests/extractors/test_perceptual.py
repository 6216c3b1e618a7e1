from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.extractors.perceptual import LEAST_SIZE, PerceptualDistance
from synthgap_cli.imaging.tensors import resize

CPU = torch.device("cpu")


def _extractor(name="resnet18"):
    return load_extractor(name, weights="random", device=CPU)


def _pair(size=64, count=2):
    generator = torch.Generator().manual_seed(0)
    unit = torch.rand(count, 3, size, size, generator=generator)
    return (unit + 0.2 * torch.randn(unit.shape, generator=generator)).clamp(0, 1), unit


@pytest.mark.parametrize(
    ("name", "layers"),
    [
        ("squeezenet1_0", ["features.1", "features.5", "features.10", "features"]),
        ("resnet18", ["relu", "layer1", "layer2", "layer3", "layer4"]),
        ("swin_t", ["features.1", "features.3", "features.5", "permute"]),  # channels last; at the end, first
    ],
)
def test_it_is_equation_1_of_the_last_maps_at_each_resolution(name, layers):
    extractor, (decoded, unit) = _extractor(name), _pair()
    distance = PerceptualDistance(extractor)
    assert distance.depths(64).layers == tuple(layers)
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (extractor.mean, extractor.std))
    with torch.no_grad():
        features = create_feature_extractor(extractor.module, {layer: layer for layer in layers})
        maps = [features((side - mean) / std) for side in (decoded, unit)]
    expected = 0.0
    for layer in layers:
        one, other = (side[layer].double().numpy() for side in maps)
        if one.shape[2] != one.shape[3]:  # (N, H, W, C)
            one, other = (np.moveaxis(side, 3, 1) for side in (one, other))
        one, other = (side / np.linalg.norm(side, axis=1, keepdims=True).clip(1e-20) for side in (one, other))
        expected += ((one - other) ** 2).sum(axis=1).mean(axis=(1, 2)).mean()
    assert float(distance(decoded, unit)) == pytest.approx(expected, rel=1e-4)


def test_an_image_has_no_distance_from_itself_and_a_noisier_one_is_further_away():
    distance, (decoded, unit) = PerceptualDistance(_extractor()), _pair()
    assert distance(unit, unit) == 0
    assert 0 < distance(unit.lerp(decoded, 0.3), unit) < distance(decoded, unit)


def test_the_distance_is_a_mean_over_images():
    distance, (decoded, unit) = PerceptualDistance(_extractor()), _pair(count=4)
    alone = torch.stack([distance(decoded[[row]], unit[[row]]) for row in range(4)])
    torch.testing.assert_close(distance(decoded, unit), alone.mean())


def test_the_gradient_changes_what_decodes_and_nothing_else():
    extractor, (_, unit) = _extractor("efficientnet_lite0"), _pair()
    before = {name: value.clone() for name, value in extractor.module.state_dict().items()}
    torch.manual_seed(0)
    decoder = nn.Conv2d(3, 3, 1)
    distance = PerceptualDistance(extractor)
    optimizer = torch.optim.SGD(decoder.parameters(), lr=0.5)
    distances = []
    for _ in range(20):
        value = distance(decoder(unit).sigmoid(), unit)
        optimizer.zero_grad()
        value.backward()
        assert all((weight.grad != 0).any() for weight in decoder.parameters())
        optimizer.step()
        distances.append(float(value.detach()))
    assert distances[-1] < 0.9 * distances[0]
    assert all(torch.equal(value, before[name]) for name, value in extractor.module.state_dict().items())
    assert all(weight.grad is None for weight in extractor.module.parameters())


def test_images_that_are_compared_get_no_gradient_and_keep_no_activations():
    distance, (decoded, unit) = PerceptualDistance(_extractor()), _pair()
    unit.requires_grad_()
    assert not distance(decoded, unit).requires_grad
    distance(decoded.requires_grad_(), unit).backward()
    assert unit.grad is None


def test_an_all_black_image_has_a_finite_gradient():
    black = torch.zeros(1, 3, 64, 64, requires_grad=True)
    PerceptualDistance(_extractor("squeezenet1_0"))(black, torch.zeros(1, 3, 64, 64)).backward()
    assert black.grad.isfinite().all()


def test_it_is_computed_in_float32_inside_autocast_and_of_half_precision():
    distance, (decoded, unit) = PerceptualDistance(_extractor()), _pair()
    decoded = decoded.bfloat16()
    expected = distance(decoded.float(), unit)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(distance(decoded, unit), expected)
    assert expected.dtype == torch.float32


def test_small_images_are_enlarged_and_larger_ones_seen_as_they_are():
    distance, (decoded, unit) = PerceptualDistance(_extractor()), _pair(size=16)
    assert distance.depths(16).size == LEAST_SIZE
    assert distance.depths(96).size == 96
    torch.testing.assert_close(
        distance(decoded, unit), distance(resize(decoded, LEAST_SIZE), resize(unit, LEAST_SIZE))
    )


class OnlyAt96(nn.Module):
    """A network that takes no other size, as many transformers are."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 16, stride=16)

    def forward(self, normalised):
        assert normalised.shape[-1] == 96
        return self.patches(normalised)


def test_a_network_that_takes_no_other_size_gets_its_own():
    extractor = replace(_extractor("squeezenet1_0"), module=OnlyAt96(), input_size=96)
    distance, (decoded, unit) = PerceptualDistance(extractor), _pair()
    assert distance.depths(64).size == 96
    assert distance(decoded, unit) > 0


def test_layers_behind_the_last_map_are_not_computed():
    extractor = _extractor()
    distance = PerceptualDistance(extractor)
    distance.depths(64)
    extractor.module.avgpool.register_forward_pre_hook(lambda *_: pytest.fail("was computed"))
    distance(*_pair())


def test_batch_norm_keeps_its_statistics_and_dropout_drops_nothing():
    extractor, (decoded, unit) = _extractor("mobilenet_v2"), _pair()
    extractor.module.train()
    distance = PerceptualDistance(extractor)
    assert distance(decoded, unit) == distance(decoded, unit)
    assert not any(module.training for module in extractor.module.modules())


def test_a_network_without_maps_is_refused():
    flat = nn.Sequential(nn.Flatten(), nn.Linear(3 * 64 * 64, 4))
    distance = PerceptualDistance(replace(_extractor(), name="flat", module=flat))
    with pytest.raises(UsageProblem, match="flat puts out no maps"):
        distance(*_pair())
