"""Small folders of images, and the command line as a function."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers of pytest share the processors
os.environ["COLUMNS"] = "100"

GROUPS, FRAMES, SIDE = 12, 5, 36


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def paths(self):
        return self.out.splitlines()


def run_command(capture, directory, *arguments, stdin=None):
    """Run the application in this process, in a directory, as the shell would."""
    from synthgap_cli.cli import run

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(directory)
        patch.setattr(sys, "argv", ["synthgap", *map(str, arguments)])
        if stdin is not None:
            import io

            patch.setattr(sys, "stdin", io.StringIO(stdin))
        capture()
        code = run()
    out, err = capture()
    return Ended(int(code), out, err)


@pytest.fixture
def synthgap(capsys, tmp_path):
    """Run a command in a directory of its own, or in ``cwd``."""

    def run(*arguments, cwd=tmp_path, stdin=None):
        return run_command(capsys.readouterr, cwd, *arguments, stdin=stdin)

    return run


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Two folders, twelve scenes each with five frames: smooth noise, the synthetic ones bluer."""
    root = tmp_path_factory.mktemp("folders")
    rng = np.random.default_rng(7)
    for domain, tint in (("real", (0, 0, 0)), ("synthetic", (-30, 0, 40))):
        for group in range(GROUPS):
            scene = rng.uniform(60, 180, (4, 4, 3))
            for frame in range(FRAMES):
                coarse = np.clip(scene + rng.normal(0, 12, (4, 4, 3)) + tint, 0, 255)
                image = Image.fromarray(coarse.astype(np.uint8)).resize(
                    (SIDE, SIDE), Image.Resampling.BICUBIC
                )
                path = root / domain / f"scene-{group:02d}" / f"{frame}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                image.save(path)
    return root / "real", root / "synthetic"


@pytest.fixture(scope="session")
def run_quietly():
    """Run a command in a directory, for fixtures that outlive a test; it must end well."""

    def run(directory, *arguments):
        ended = run_command(lambda: ("", ""), directory, *arguments, "-q")
        assert ended.code == 0, arguments

    return run


@pytest.fixture(scope="session")
def study(folders, run_quietly, tmp_path_factory):
    """A directory in which every verb has been run once; to be left as it is, unlike `copy_of_study`."""
    directory = tmp_path_factory.mktemp("study")
    real, synthetic = folders
    for line in (
        f"prepare --real {real} --synthetic {synthetic} --size 32",
        "classify --style-features --epochs 2",
        "extract -n mnasnet0_5 --weights random",
        "ttest --repeats 3",
        "train-vae --blocks 4 --epochs 2 --batch-size 16 --precision fp32",
        "encode",
        "shift",
        "ttest --repeats 3 --on resvae-4",
        "ttest --repeats 3 --on resvae-4.mean",
        "decode",
    ):
        run_quietly(directory, *line.split())
    return directory


@pytest.fixture
def copy_of_study(study, tmp_path):
    import shutil

    return Path(shutil.copytree(study, tmp_path / "study"))


@pytest.fixture
def empty_hub(tmp_path, monkeypatch):
    """The folder of torch's downloaded weights, with none in it, on a machine without a network."""
    import urllib.request

    import torch

    for variable in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.setattr(urllib.request, "_opener", None)  # it keeps the proxies that it was made with
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    return tmp_path / "hub"
