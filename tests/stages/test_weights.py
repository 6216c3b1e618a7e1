import pytest

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.extractors.families import packaged
from synthgap_cli.stages.weights import identify, obtainable, weights_of


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
