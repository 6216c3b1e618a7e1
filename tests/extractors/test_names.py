import pytest

from synthgap_cli.errors import UsageProblem
from synthgap_cli.extractors.names import GROUPS, expand, family_of, tag_of


def test_the_thesis_group_stands_for_its_eight_networks():
    assert expand(["thesis"]) == list(GROUPS["thesis"])
    assert len(set(GROUPS["thesis"])) == 8


def test_a_network_named_twice_is_run_once_where_it_was_first_named():
    assert expand(["resnet152", "resnet18", "thesis", "resnet18"])[:3] == ["resnet152", "resnet18", "alexnet"]
    assert expand(["resnet152", "resnet18", "thesis"]).count("resnet152") == 1


def test_a_tag_tells_layer_and_pool_where_a_layer_is_named():
    assert tag_of("vgg16_bn", "features.6", "gram") == "vgg16_bn-features-6-gram"
    assert tag_of("vgg16_bn", None, "avg") == "vgg16_bn"


def test_a_network_whose_weights_pip_installs_needs_no_family():
    family, network = family_of("efficientnet_lite0")
    assert (family.__name__.rpartition(".")[2], network) == ("packaged", "efficientnet_lite0")
    assert family_of("packaged/efficientnet_lite0") == (family, network)


def test_tags_have_neither_dots_nor_slashes():
    assert tag_of("timm/vit_base_patch14_dinov2.lvd142m") == "timm-vit_base_patch14_dinov2-lvd142m"
    assert tag_of("resnet152") == "resnet152"


@pytest.mark.parametrize("name", GROUPS["thesis"])
def test_a_name_alone_is_one_of_torchvisions(name):
    family, network = family_of(name)
    assert (family.__name__.rpartition(".")[2], network) == ("torchvision", name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("resnet512", "resnet152"),
        ("thesiss", "thesis"),
        ("thesis", "vgg13_bn"),
        ("tim/resnet18", "timm"),
        ("", "alexnet"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, hint):
    with pytest.raises(UsageProblem) as caught:
        family_of(name)
    assert hint in caught.value.hint
