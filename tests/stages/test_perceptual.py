import pytest
import torch

from synthgap_cli.errors import InputMissing, UsageProblem
from synthgap_cli.stages.perceptual import load_perceptual
from synthgap_cli.stages.run import Silence

CPU = torch.device("cpu")


class Listener(Silence):
    def __init__(self):
        self.warnings = []

    def warn(self, text):
        self.warnings.append(text)


def test_a_network_by_name_tells_images_apart():
    listener = Listener()
    distance = load_perceptual("efficientnet_lite0", "imagenet", CPU, listener)
    unit = torch.rand(1, 3, 32, 32)
    assert distance(unit.flip(3), unit) > 0
    assert listener.warnings == []


def test_random_weights_are_used_with_a_warning():
    listener = Listener()
    load_perceptual("squeezenet1_0", "random", CPU, listener)
    assert "squeezenet1_0 with random weights" in listener.warnings[0]


def test_missing_weights_are_told_as_extract_tells_them(empty_hub):
    with pytest.raises(InputMissing, match="vgg16_bn-6c64b313") as caught:
        load_perceptual("vgg16_bn", "imagenet", CPU, Silence())
    assert "efficientnet_lite0 needs no download" in caught.value.hint


def test_a_misspelt_network_is_told_what_it_may_have_meant():
    with pytest.raises(UsageProblem, match="vgg16bn") as caught:
        load_perceptual("vgg16bn", "random", CPU, Silence())
    assert "vgg16_bn" in caught.value.hint
