import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.stages.views import ExtractSettings


def test_weights_and_layers_of_several_networks_are_told_apart():
    settings = ExtractSettings(
        ("vgg16_bn", "resnet18"),
        ("random", "vgg16_bn=v.pth"),
        ("vgg16_bn=features.6", "vgg16_bn=features.13", "vgg16_bn=features.6"),
        pool="gram",
    )
    views = settings.views()
    assert [view.tag for view in views] == [
        "vgg16_bn-features-6-gram",
        "vgg16_bn-features-13-gram",
        "resnet18",
    ]
    assert [view.weights for view in views] == ["v.pth", "v.pth", "random"]


def test_a_pool_without_a_layer_is_refused():
    with pytest.raises(UsageProblem, match="--pool gram"):
        ExtractSettings(("resnet18",), pool="gram").views()


def test_weights_of_a_file_and_seeds_of_random_weights_enter_the_recipe(tmp_path):
    (tmp_path / "mine.pth").write_bytes(b"weights")
    settings = ExtractSettings(
        ("alexnet", "resnet18"), (f"alexnet={tmp_path / 'mine.pth'}", "random"), seed=3
    )
    file, random = (settings.parameters(view, "fp32") for view in settings.views())
    assert (len(file["weights"]), file["seed"]) == (64, None)
    assert (random["weights"], random["seed"]) == ("random", 3)
    assert (random["layer"], random["pool"], random["precision"]) == (None, None, "fp32")
