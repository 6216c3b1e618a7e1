import dataclasses

import numpy as np
import pytest
import torch
from torchvision import models
from torchvision.models.feature_extraction import create_feature_extractor

from synthgap_cli.errors import OutputExists, UsageProblem
from synthgap_cli.extractors.efficientnet_lite import EfficientNetLite0
from synthgap_cli.imaging.tensors import to_unit_tensor
from synthgap_cli.stages import extract as stage
from synthgap_cli.stages.extract import extract_features
from synthgap_cli.stages.run import Run, Silence
from synthgap_cli.stages.views import ExtractSettings
from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store

RANDOM = ExtractSettings(("mnasnet0_5",), ("random",), ("layers.0",))


class Recorder(Silence):
    def __init__(self):
        self.warnings = []

    def warn(self, text):
        self.warnings.append(text)


@pytest.fixture(scope="module")
def images(folders, run_quietly, tmp_path_factory):
    directory = tmp_path_factory.mktemp("images")
    real, synthetic = folders
    run_quietly(directory, "prepare", "--real", real, "--synthetic", synthetic, "--size", "32")
    return [read_header(directory / f"{domain}.images.h5") for domain in ("real", "synthetic")]


def run_stage(images, settings, directory, **circumstances):
    run = Run(device="cpu", **circumstances)
    return extract_features(images, settings, output=f"{directory}/", batch_size=16, run=run)


def test_a_store_says_how_its_features_were_made_and_has_its_parents_rows(images, tmp_path):
    (path,) = run_stage(images[:1], RANDOM, tmp_path)
    assert path.name == "real.mnasnet0_5-layers-0-avg.features.h5"
    with open_store(path) as store, open_store(images[0].path) as parent:
        assert store.dataset("features").shape == (60, 16)
        assert list(store.samples()["id"]) == list(parent.samples()["id"])
    told = read_header(path).attributes
    assert (told["network"], told["layer"], told["pool"]) == ("mnasnet0_5", "layers.0", "avg")
    assert told["weights"] == "random seed 0"
    assert len(told["weights-sha256"]) == 64
    assert told["preprocessing"]["image-size"] == 32
    assert told["preprocessing"]["input-size"] == 224
    assert told["preprocessing"]["resize"] == "antialiased bicubic, no crop"


def test_features_are_what_torchvisions_feature_extractor_gives_of_the_stored_images(images, tmp_path):
    network = models.mnasnet0_5().eval()
    torch.save(network.state_dict(), tmp_path / "mine.pth")
    settings = dataclasses.replace(RANDOM, weights=(str(tmp_path / "mine.pth"),))
    (path,) = run_stage(images[:1], settings, tmp_path)
    with open_store(images[0].path) as store:
        unit = to_unit_tensor(store.dataset("images")[:3], device=torch.device("cpu"), size=224)
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    normalised = (unit - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    with torch.no_grad():
        maps = create_feature_extractor(network, {"layers.0": "maps"})(normalised)["maps"]
    with open_store(path) as store:
        np.testing.assert_allclose(store.dataset("features")[:3], maps.mean((2, 3)), rtol=1e-4, atol=1e-5)


def test_layer_pool_weights_and_seed_make_another_recipe_and_auto_precision_does_not(images, tmp_path):
    run_stage(images, RANDOM, tmp_path)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    run_stage(images, dataclasses.replace(RANDOM, precision="fp32"), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    for change in ({"seed": 1}, {"precision": "bf16"}):
        with pytest.raises(OutputExists):
            run_stage(images, dataclasses.replace(RANDOM, **change), tmp_path)
    run_stage(images, dataclasses.replace(RANDOM, pool="max"), tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_precision_is_recorded_as_it_was_computed(images, tmp_path):
    (path,) = run_stage(images[:1], dataclasses.replace(RANDOM, precision="auto"), tmp_path)
    assert read_header(path).provenance.recipe.parameters["precision"] in ("fp32", "bf16")


def test_what_may_not_be_replaced_is_known_before_anything_is_extracted(images, tmp_path):
    (path,) = run_stage(images[1:], RANDOM, tmp_path)
    with pytest.raises(OutputExists, match=path.name):
        run_stage(images, dataclasses.replace(RANDOM, seed=1), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_dry_run_refuses_an_unknown_network(images, tmp_path):
    with pytest.raises(UsageProblem, match="resnet512"):
        run_stage(images, ExtractSettings(("resnet512",)), tmp_path, dry_run=True)


def test_stores_that_fill_a_disk_are_warned_of(images, tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "LARGE", 60 * 16 * 4 - 1)
    reporter = Recorder()
    run_stage(images[:1], RANDOM, tmp_path, reporter=reporter)
    assert any("mnasnet0_5-layers-0-avg makes 16 numbers" in text for text in reporter.warnings)
    assert any("32 pixels are enlarged" in text for text in reporter.warnings)


def test_a_file_of_weights_is_read_by_the_network_it_is_named_for(images, tmp_path):
    torch.save(EfficientNetLite0().state_dict(), tmp_path / "mine.pth")
    settings = ExtractSettings(
        ("efficientnet_lite0", "mnasnet0_5"),
        (f"efficientnet_lite0={tmp_path / 'mine.pth'}", "mnasnet0_5=random"),
        ("efficientnet_lite0=stem", "mnasnet0_5=layers.0"),
        pool="mean-std",
    )
    paths = run_stage(images[:1], settings, tmp_path)
    assert [read_header(path).attributes["weights"] for path in paths] == ["mine.pth", "random seed 0"]
