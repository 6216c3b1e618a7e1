import pytest
import torch
from torchvision import models

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.extractors.families import packaged
from synthgap_cli.stages.run import Silence
from synthgap_cli.stages.weights import identify, load_front, obtainable, weights_of
from synthgap_cli.vaes.building import build_vae


def test_weights_are_imagenets_unless_told_otherwise():
    assert weights_of([], ["a", "b"]) == {"a": "imagenet", "b": "imagenet"}
    assert weights_of(["random"], ["a", "b"]) == {"a": "random", "b": "random"}
    assert weights_of(["random", "a=mine.pth"], ["a", "b"]) == {"a": "mine.pth", "b": "random"}
    assert weights_of(["a=mine.pth"], ["a", "b"]) == {"a": "mine.pth", "b": "imagenet"}


def test_a_file_alone_is_one_networks():
    assert weights_of(["mine.pth"], ["a"]) == {"a": "mine.pth"}
    assert weights_of(["b=yours.pth", "mine.pth"], ["a", "b"]) == {"a": "mine.pth", "b": "yours.pth"}
    with pytest.raises(UsageProblem, match=r"mine\.pth") as caught:
        weights_of(["mine.pth"], ["a", "b"])
    assert "--weights a=mine.pth" in caught.value.hint


def test_two_networks_may_share_a_file_when_both_say_so():
    assert weights_of(["a=w.pth", "b=w.pth"], ["a", "b"]) == {"a": "w.pth", "b": "w.pth"}


@pytest.mark.parametrize("texts", [["random", "imagenet"], ["a=w.pth", "a=v.pth"]])
def test_a_network_cannot_have_two_weights(texts):
    with pytest.raises(UsageProblem, match="a is given 2 weights"):
        weights_of(texts, ["a"])


def test_a_file_is_identified_by_its_content(tmp_path):
    (tmp_path / "one.pth").write_bytes(b"1")
    (tmp_path / "same.pth").write_bytes(b"1")
    (tmp_path / "other.pth").write_bytes(b"2")
    one, same, other = (identify(str(tmp_path / f"{name}.pth")) for name in ("one", "same", "other"))
    assert one == same != other
    assert identify("random") == "random"
    with pytest.raises(InputMissing, match="nowhere"):
        identify("nowhere.pth")


def test_offline_only_what_is_installed_is_to_be_had_and_the_rest_is_told(empty_hub):
    pytest.importorskip(packaged.PACKAGE)
    found, missing = obtainable(["alexnet", "efficientnet_lite0"], "imagenet")
    assert found == ["efficientnet_lite0"]
    assert "alexnet-owt-7be5be79.pth" in missing["alexnet"].message


def test_random_weights_are_always_to_be_had(empty_hub):
    assert obtainable(["alexnet"], "random") == (["alexnet"], {})


def test_a_file_that_is_not_there_is_not_to_be_had():
    assert obtainable(["alexnet"], "nowhere.pth")[0] == []


def _vae(architecture, **options):
    torch.manual_seed(0)
    return build_vae({"architecture": architecture, "image_size": 32, "options": options})


SMALL = {"hidden": (128, 64), "latents": 8}


def test_a_front_has_imagenet_s_weights_unless_told_otherwise(empty_hub):
    [weights] = weights_of([], ["resnet18"]).values()
    with pytest.raises(InputMissing, match="resnet18-f37072fd"):
        load_front(_vae("resnet18", **SMALL), weights, Silence())


def test_a_densenet_s_front_takes_its_published_weights_by_their_old_names(tmp_path):
    published = models.densenet121().state_dict()
    old = {
        name.replace("norm1.", "norm.1.").replace("conv2.", "conv.2."): published[name] for name in published
    }
    assert old.keys() != published.keys()
    torch.save(old, tmp_path / "densenet121.pth")
    vae = _vae("densenet121", **SMALL)
    load_front(vae, str(tmp_path / "densenet121.pth"), Silence())
    assert all(torch.equal(value, published[name]) for name, value in vae.front.state_dict().items())
