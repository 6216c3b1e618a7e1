import os
from pathlib import Path

import pytest
import torch
from torchvision import models

from synthgap_cli.errors import InputMissing, InvalidInput, UsageProblem
from synthgap_cli.extractors.loading import load_extractor, weights_available
from synthgap_cli.extractors.weights import file_sha256, state_sha256

CPU = torch.device("cpu")


@pytest.fixture
def empty_hub(tmp_path, monkeypatch) -> Path:
    """A torch hub with no weights, on a machine with no network."""
    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setitem(os.environ, variable, "http://127.0.0.1:9")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    return tmp_path / "hub"


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
    assert not weights_available("alexnet")
    with pytest.raises(InputMissing) as caught:
        load_extractor("alexnet", device=CPU)
    assert "alexnet-owt-7be5be79.pth" in caught.value.message
    assert str(empty_hub / "checkpoints") in caught.value.message
    assert "--weights FILE or --weights random" in caught.value.hint


def test_published_weights_in_the_cache_are_verified_by_their_name(empty_hub):
    path = empty_hub / "checkpoints" / "alexnet-owt-7be5be79.pth"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"the first bytes of a download")
    assert weights_available("alexnet")
    with pytest.raises(InvalidInput, match="alexnet-owt-7be5be79"):
        load_extractor("alexnet", device=CPU)


def test_weights_of_another_network_are_refused(tmp_path):
    torch.save(models.mnasnet0_5().state_dict(), tmp_path / "w.pth")
    with pytest.raises(InvalidInput, match="fit"):
        load_extractor("shufflenet_v2_x0_5", weights=tmp_path / "w.pth", device=CPU)


def test_a_network_without_a_fully_connected_layer_is_refused():
    with pytest.raises(UsageProblem, match="squeezenet1_0"):
        load_extractor("squeezenet1_0", weights="random", device=CPU)
