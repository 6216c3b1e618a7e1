"""extract at the terminal."""

import json

import pytest


@pytest.fixture(scope="module")
def prepared(folders, run_quietly, tmp_path_factory):
    directory = tmp_path_factory.mktemp("prepared")
    real, synthetic = folders
    run_quietly(directory, "prepare", "--real", real, "--synthetic", synthetic, "--size", "32")
    return directory


def test_layers_are_listed_on_stdout_with_their_shapes(synthgap):
    ended = synthgap("extract", "--list-layers", "vgg16_bn")
    assert ended.code == 0
    assert ["features.6", "64x112x112", "MaxPool2d"] in [line.split() for line in ended.paths]
    assert ended.err == ""


def test_layers_are_listed_as_json_too(synthgap):
    listed = json.loads(synthgap("extract", "--list-layers", "mnasnet0_5", "--json").out)
    assert listed["network"] == "mnasnet0_5"
    assert listed["layers"][0] == {"name": "layers.0", "kind": "Conv2d", "shape": [16, 112, 112]}


def test_style_and_content_of_two_networks_in_one_pass(synthgap, prepared, tmp_path):
    ended = synthgap(
        *["extract", "-n", "mnasnet0_5", "-n", "efficientnet_lite0", "--weights", "random"],
        *["--layer", "mnasnet0_5=layers.0", "--layer", "efficientnet_lite0=stem", "--pool", "gram"],
        *("-o", f"{tmp_path}/", "--json"),
        cwd=prepared,
    )
    assert ended.code == 0
    names = [path.rpartition("/")[2] for path in json.loads(ended.out)["output"]]
    tags = ("mnasnet0_5-layers-0-gram", "efficientnet_lite0-stem-gram")
    assert names == [f"{domain}.{tag}.features.h5" for domain in ("real", "synthetic") for tag in tags]


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("extract", 2, "needs a network"),
        ("extract -n mnasnet0_5 --weights random --layer layers.99", 2, "--layer mnasnet0_5=layers.99"),
        ("extract -n mnasnet0_5 --layer mnasnet=layers.0", 2, "'mnasnet'"),
        ("extract -n mnasnet0_5 --weights random --pool gram", 2, "--layer"),
        ("extract -n mnasnet0_5 --weights random --pool sum", 2, "sum"),
        ("extract -n mnasnet0_5 -n resnet18 --weights w.pth", 2, "--weights mnasnet0_5=w.pth"),
        ("extract -n mnasnet0_5 --weights nowhere.pth", 66, "nowhere.pth"),
        ("extract --list-layers mnasnet", 2, "mnasnet0_5"),
        ("extract -n resnet18 --dry-run --layer", 2, "--layer"),
    ],
)
def test_what_cannot_be_is_one_sentence(synthgap, prepared, line, code, says):
    ended = synthgap(*line.split(), cwd=prepared)
    assert ended.code == code, ended.err
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""
