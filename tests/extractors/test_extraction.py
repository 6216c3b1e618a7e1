import dataclasses
import os

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.transforms.v2 import functional as transforms

from synthgap_cli.errors import SynthgapError
from synthgap_cli.extractors.extraction import extract
from synthgap_cli.extractors.extractor import Extractor, is_enlarged
from synthgap_cli.extractors.families import packaged
from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.extractors.pooling import pool_maps

CPU = torch.device("cpu")
RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (9, 64, 64, 3)).astype(np.uint8)
NETWORKS = ("mnasnet0_5", "resnet18", "shufflenet_v2_x0_5")


class Reversed(nn.Module):
    """Passes each pixel on, so that what a network is given can be seen."""

    def forward(self, normalised: torch.Tensor) -> torch.Tensor:
        return normalised.permute(0, 2, 3, 1).flatten(1)


def pixels(size: int, module: nn.Module | None = None) -> Extractor:
    return Extractor(
        name="pixels",
        tag="pixels",
        layer="input",
        pool="none",
        num_features=3 * size**2,
        input_size=size,
        mean=(0.5, 0.4, 0.3),
        std=(0.2, 0.25, 0.5),
        weights="none",
        weights_sha256="",
        module=module or Reversed(),
    )


def features(extractors, images=IMAGES, batch_size=4, precision="fp32"):
    batches = (images[start : start + batch_size] for start in range(0, len(images), batch_size))
    rows = list(extract(extractors, batches, device=CPU, precision=precision))
    return [np.concatenate(columns) for columns in zip(*rows, strict=True)]


@pytest.fixture(scope="module")
def networks() -> list[Extractor]:
    """Small networks that look at 64x64 pixels, to be quick."""
    loaded = [load_extractor(name, weights="random", device=CPU) for name in NETWORKS]
    return [dataclasses.replace(extractor, input_size=64) for extractor in loaded]


@pytest.mark.parametrize(
    ("name", "layer", "pool"),
    [
        ("vit_b_16", "encoder.layers.encoder_layer_0", "avg"),
        ("swin_t", "features.1.0", "mean-std"),
        ("resnet18", "bn1", "gram"),
        ("efficientnet_lite0", "blocks.2", "gram"),
    ],
)
def test_features_of_a_layer_do_not_depend_on_batch_size(name, layer, pool):
    extractor = load_extractor(name, weights="random", layer=layer, pool=pool, device=CPU)
    if name != "vit_b_16":  # the others take any size: be quick
        extractor = dataclasses.replace(extractor, input_size=64)
    images = IMAGES[:5]
    whole, alone = (features([extractor], images, batch_size=size)[0] for size in (5, 1))
    assert whole.shape == (5, extractor.num_features)
    np.testing.assert_allclose(alone, whole, rtol=1e-5, atol=1e-5 * whole.std())


def test_features_of_trained_weights_do_not_depend_on_batch_size():
    pytest.importorskip(packaged.PACKAGE)
    extractor = load_extractor("efficientnet_lite0", device=CPU)
    whole, in_threes = (features([extractor], batch_size=size)[0] for size in (9, 3))
    np.testing.assert_allclose(in_threes, whole, rtol=1e-5, atol=1e-5 * whole.std())


@pytest.mark.parametrize("pool", ["avg", "gram"])
def test_maps_are_pooled_in_float32_whatever_the_network_computes_in(pool):
    extractor = load_extractor("mnasnet0_5", weights="random", layer="layers.0", pool=pool, device=CPU)
    unit = torch.rand(2, 3, 64, 64)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        pooled = extractor.module(unit)
        maps = extractor.module.network(unit)
    assert (maps.dtype, pooled.dtype) == (torch.bfloat16, torch.float32)
    torch.testing.assert_close(pooled, pool_maps(maps.double(), pool).float())


@pytest.mark.parametrize("batch_size", [1, 3, 8])
def test_features_do_not_depend_on_batch_size(networks, batch_size):
    for whole, found in zip(
        features(networks, batch_size=9), features(networks, batch_size=batch_size), strict=True
    ):
        np.testing.assert_allclose(found, whole, rtol=1e-5, atol=1e-5 * whole.std())


def test_rows_keep_their_order_and_networks_theirs(networks):
    forward, backward = features(networks), features(networks, IMAGES[::-1].copy())
    for extractor, one, other in zip(networks, forward, backward, strict=True):
        assert one.shape == (9, extractor.num_features)
        assert one.dtype == np.float32
        np.testing.assert_allclose(one, other[::-1], rtol=1e-5, atol=1e-5 * one.std())


def test_several_networks_in_one_pass_give_what_each_gives_alone(networks):
    at_once = features([networks[0], dataclasses.replace(networks[1], input_size=48), networks[2]])
    alone = [features([networks[0]]), features([dataclasses.replace(networks[1], input_size=48)])]
    np.testing.assert_array_equal(at_once[0], alone[0][0])
    np.testing.assert_array_equal(at_once[1], alone[1][0])


def test_images_of_the_network_size_are_normalised_and_nothing_else():
    (found,) = features([pixels(64)])
    expected = (IMAGES / 255 - [0.5, 0.4, 0.3]) / [0.2, 0.25, 0.5]
    np.testing.assert_allclose(found.reshape(IMAGES.shape), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [40, 96])
def test_images_of_another_size_are_resized_with_antialiasing_before_they_are_normalised(size):
    (found,) = features([pixels(size)])
    unit = torch.from_numpy(IMAGES).permute(0, 3, 1, 2) / 255
    resized = transforms.resize(unit, [size, size], transforms.InterpolationMode.BICUBIC, antialias=True)
    expected = (resized.clamp(0, 1).permute(0, 2, 3, 1).numpy() - [0.5, 0.4, 0.3]) / [0.2, 0.25, 0.5]
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-4, atol=1e-5)


def test_bf16_gives_about_the_same_features_still_as_float32(networks):
    for exact, rounded in zip(features(networks), features(networks, precision="bf16"), strict=True):
        assert rounded.dtype == np.float32
        assert not np.array_equal(exact, rounded)
        assert np.linalg.norm(exact - rounded) < 0.05 * np.linalg.norm(exact)


def test_no_more_batches_are_taken_ahead_than_there_are_processors(networks):
    taken = []

    def batches():
        for start in range(200):
            taken.append(start)
            yield IMAGES[:1]

    pass_over = extract(networks, batches(), device=CPU)
    next(pass_over)
    assert len(taken) <= os.cpu_count() + 1
    assert not torch.is_inference_mode_enabled()
    pass_over.close()


class NotANumber(Reversed):
    def forward(self, normalised: torch.Tensor) -> torch.Tensor:
        return super().forward(normalised) / 0 * 0


def test_features_that_are_not_finite_name_their_network():
    broken = dataclasses.replace(pixels(64, NotANumber()), name="brokennet")
    with pytest.raises(SynthgapError, match="brokennet"):
        features([pixels(64), broken])


@pytest.mark.parametrize(("image_size", "enlarged"), [(223, True), (224, False), (512, False)])
def test_only_smaller_images_are_enlarged(image_size, enlarged):
    assert is_enlarged(pixels(224), image_size) is enlarged
