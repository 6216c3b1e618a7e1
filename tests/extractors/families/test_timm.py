import sys

import pytest
import torch

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.extractors.loading import load_extractor

CPU = torch.device("cpu")


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "timm", None)
    with pytest.raises(InputMissing) as caught:
        load_extractor("timm/resnet18", weights="random", device=CPU)
    assert 'pip install "synthgap[timm]"' in caught.value.hint


@pytest.mark.parametrize(
    "name",
    [
        "resnet18",
        "vit_tiny_patch16_224",
        "deit_tiny_distilled_patch16_224",
        "mobilenetv3_small_050",
        "convnext_atto",
    ],
)
def test_features_are_what_timm_gives_before_the_classifier(name, tmp_path):
    timm = pytest.importorskip("timm")
    network = timm.create_model(name).eval()
    torch.save(network.state_dict(), tmp_path / "w.pth")
    extractor = load_extractor(f"timm/{name}", weights=tmp_path / "w.pth", device=CPU)
    unit = torch.rand(2, 3, extractor.input_size, extractor.input_size)
    with torch.no_grad():
        expected = network.forward_head(network.forward_features(unit), pre_logits=True)
    torch.testing.assert_close(extractor.module(unit), expected)
    assert expected.shape == (2, extractor.num_features)
    assert (extractor.mean, extractor.std) == (network.pretrained_cfg["mean"], network.pretrained_cfg["std"])


def test_a_layer_puts_out_what_timms_own_modules_compute(tmp_path):
    timm = pytest.importorskip("timm")
    network = timm.create_model("convnext_atto").eval()
    torch.save(network.state_dict(), tmp_path / "w.pth")
    extractor = load_extractor(
        "timm/convnext_atto", weights=tmp_path / "w.pth", layer="stages.1", pool="mean-std", device=CPU
    )
    unit = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        maps = network.stages[1](network.stages[0](network.stem(unit)))
        expected = torch.cat([maps.mean((2, 3)), maps.std((2, 3), correction=0)], dim=1)
        torch.testing.assert_close(extractor.module(unit), expected)
    assert extractor.tag == "timm-convnext_atto-stages-1-mean-std"


def test_random_weights_are_those_of_their_seed():
    pytest.importorskip("timm")
    digests = [
        load_extractor("timm/convnext_atto", weights="random", seed=seed, device=CPU).weights_sha256
        for seed in (0, 0, 1)
    ]
    assert digests[0] == digests[1] != digests[2]


def test_weights_of_another_network_are_refused(tmp_path):
    timm = pytest.importorskip("timm")
    torch.save(timm.create_model("resnet10t").state_dict(), tmp_path / "w.pth")
    with pytest.raises(InvalidInput, match="fit"):
        load_extractor("timm/resnet18", weights=tmp_path / "w.pth", device=CPU)


def test_weights_that_cannot_be_had_are_named_with_the_alternatives(tmp_path, monkeypatch):
    pytest.importorskip("timm")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(InputMissing, match="timm/resnet18") as caught:
        load_extractor("timm/resnet18", device=CPU)
    assert "--weights FILE" in caught.value.hint
