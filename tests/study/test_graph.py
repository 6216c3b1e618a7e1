"""Which networks a study looks through, by what is to be had."""

import pytest
import torch
from torchvision import models

from synthgap_cli.extractors.families import packaged
from synthgap_cli.stages.run import Run, Silence
from synthgap_cli.study.graph import Study
from synthgap_cli.study.presets import StudySettings


class Recorder(Silence):
    def __init__(self):
        self.warnings = []

    def warn(self, text):
        self.warnings.append(text)


@pytest.fixture
def study(tmp_path):
    def with_networks(*networks, weights="imagenet"):
        settings = StudySettings(networks=networks, weights=weights)
        return Study(tmp_path / "study", settings, Run(reporter=Recorder()))

    return with_networks


def test_without_a_download_the_installed_network_stands_in_and_the_study_says_so(empty_hub, study):
    pytest.importorskip(packaged.PACKAGE)
    started = study("mobilenet_v2", "mnasnet0_5")
    assert started.networks == ("efficientnet_lite0",)
    assert started.networks == ("efficientnet_lite0",)
    assert len(started.run.reporter.warnings) == len(started.left_out) == 1
    assert "efficientnet_lite0 instead of mobilenet_v2, mnasnet0_5" in started.left_out[0]


def test_with_nothing_to_be_had_the_content_part_is_left_out(empty_hub, study, monkeypatch):
    monkeypatch.setattr(packaged, "PACKAGE", "no_such_package")
    started = study("mobilenet_v2")
    assert started.networks == ()
    assert started.extract([]) == []
    assert "left out" in started.left_out[0]
    assert "synthgap[offline]" in started.left_out[0]


def test_those_that_are_to_be_had_are_used_and_the_others_named(empty_hub, study, monkeypatch):
    path = empty_hub / "checkpoints" / "mnasnet0.5_top1_67.823-3ffadce67e.pth"
    path.parent.mkdir(parents=True)
    torch.save(models.mnasnet0_5().state_dict(), path)
    monkeypatch.setattr("synthgap_cli.extractors.downloads.file_sha256", lambda _: "3ffadce67e")
    started = study("mobilenet_v2", "mnasnet0_5")
    assert started.networks == ("mnasnet0_5",)
    assert "goes without mobilenet_v2" in started.left_out[0]


@pytest.mark.parametrize(("networks", "weights"), [((), "imagenet"), (("mobilenet_v2",), "random")])
def test_nothing_is_said_where_nothing_is_missing(empty_hub, study, networks, weights):
    started = study(*networks, weights=weights)
    assert started.networks == networks
    assert started.left_out == []
