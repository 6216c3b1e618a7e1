import pytest
import torch
from torchvision import models

from synthgap_cli.errors import InputMissing, InvalidInput, UsageProblem
from synthgap_cli.extractors.loading import layers_of, load_extractor
from synthgap_cli.extractors.weights import file_sha256, state_sha256

CPU = torch.device("cpu")


def test_random_weights_are_those_of_their_seed_and_recorded():
    first, again, other = (
        load_extractor("mnasnet0_5", weights="random", seed=seed, device=CPU) for seed in (3, 3, 4)
    )
    assert first.weights == "random seed 3"
    assert first.weights_sha256 == again.weights_sha256 == state_sha256(first.module.state_dict())
    assert first.weights_sha256 != other.weights_sha256


@pytest.mark.parametrize("name", ["mnasnet0_5", "shufflenet_v2_x0_5"])
def test_loading_leaves_the_global_random_state_alone(name, tmp_path):
    torch.save(models.get_model(name).state_dict(), tmp_path / "w.pth")
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    load_extractor(name, weights="random", device=CPU)
    load_extractor(name, weights=tmp_path / "w.pth", device=CPU)
    assert torch.equal(torch.rand(3), expected)


def test_a_file_of_weights_is_used_and_recorded(tmp_path):
    path = tmp_path / "mine.pth"
    network = models.mnasnet0_5().eval()
    torch.save(network.state_dict(), path)
    extractor = load_extractor("mnasnet0_5", weights=path, device=CPU)
    assert extractor.weights == "mine.pth"
    assert extractor.weights_sha256 == file_sha256(path)
    unit = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        expected = network.layers(unit).mean([2, 3])
    torch.testing.assert_close(extractor.module(unit), expected)


def test_an_extractor_neither_trains_nor_drops_out():
    extractor = load_extractor("mobilenet_v2", weights="random", device=CPU)
    assert not any(module.training for module in extractor.module.modules())
    assert not any(parameter.requires_grad for parameter in extractor.module.parameters())


def test_weights_that_cannot_be_had_are_named_with_the_alternatives(empty_hub):
    with pytest.raises(InputMissing) as caught:
        load_extractor("alexnet", device=CPU)
    assert "alexnet-owt-7be5be79.pth" in caught.value.message
    assert str(empty_hub / "checkpoints") in caught.value.message
    assert "--weights FILE or --weights random" in caught.value.hint


def test_published_weights_in_the_cache_are_verified_by_their_name(empty_hub):
    path = empty_hub / "checkpoints" / "alexnet-owt-7be5be79.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"the first bytes of a download")
    with pytest.raises(InvalidInput, match="alexnet-owt-7be5be79"):
        load_extractor("alexnet", device=CPU)


def test_weights_of_another_network_are_refused(tmp_path):
    torch.save(models.mnasnet0_5().state_dict(), tmp_path / "w.pth")
    with pytest.raises(InvalidInput, match="fit"):
        load_extractor("shufflenet_v2_x0_5", weights=tmp_path / "w.pth", device=CPU)


def test_a_layer_changes_tag_and_width_but_not_the_digest_of_the_weights():
    whole = load_extractor("mnasnet0_5", weights="random", device=CPU)
    cut = load_extractor("mnasnet0_5", weights="random", layer="layers.0", pool="gram", device=CPU)
    assert (whole.tag, whole.pool, whole.num_features) == ("mnasnet0_5", "none", 1280)
    assert (cut.tag, cut.layer, cut.pool) == ("mnasnet0_5-layers-0-gram", "layers.0", "gram")
    assert cut.num_features == 16 * 17 // 2
    assert cut.weights_sha256 == whole.weights_sha256


def test_a_gram_of_too_many_channels_is_refused_before_it_is_computed():
    with pytest.raises(UsageProblem, match="numbers") as caught:
        load_extractor("resnet50", weights="random", layer="layer4", pool="gram", device=CPU)
    assert "mean-std" in caught.value.hint


@pytest.mark.parametrize("name", ["mnasnet0_5", "regnet_y_400mf", "efficientnet_lite0"])
def test_every_listed_layer_has_the_shape_it_shows(name):
    layers = {layer.name: layer.shape for layer in layers_of(name)}
    few = sorted(layers)[:: max(1, len(layers) // 3)]
    for layer in few:
        extractor = load_extractor(name, weights="random", layer=layer, pool="avg", device=CPU)
        unit = torch.rand(1, 3, extractor.input_size, extractor.input_size)
        with torch.no_grad():
            assert extractor.module.network(unit).shape[1:] == layers[layer]
