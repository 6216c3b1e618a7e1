"""Training: resumed after an interruption, logged, the best kept."""

import csv
import os
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest
import torch

from synthgap_cli.errors import Stopped
from synthgap_cli.stages.run import Run, Silence
from synthgap_cli.stages.train_vae import train_on
from synthgap_cli.stages.training.state import state_paths
from synthgap_cli.stages.training.task import TrainSettings
from synthgap_cli.store.files import read_header
from synthgap_cli.store.vae_file import read_vae

LINE = ("train-vae", "--blocks", "2", "--epochs", "12", "--batch-size", "16", "--precision", "fp32")


@pytest.fixture
def prepared(study, tmp_path):
    import shutil

    for domain in ("real", "synthetic"):
        shutil.copy(study / f"{domain}.images.h5", tmp_path)
    return tmp_path


def test_a_killed_training_resumes_to_the_same_weights_bit_for_bit(synthgap, prepared, tmp_path):
    whole = tmp_path / "whole"
    assert synthgap(*LINE, "-o", f"{whole}/").code == 0
    process = subprocess.Popen([sys.executable, "-m", "synthgap_cli", *LINE, "-q"], cwd=prepared)
    deadline = time.monotonic() + 120
    while not list(prepared.glob("resvae-2.*.last.pt")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (prepared / "resvae-2.vae.safetensors").exists()

    resumed = synthgap(*LINE)
    assert resumed.code == 0
    assert "Resuming after step" in resumed.err
    (_, first), (_, second) = (read_vae(d / "resvae-2.vae.safetensors") for d in (whole, prepared))
    assert all((first[name] == second[name]).all() for name in first)
    assert not list(prepared.glob("*.last.pt"))


def test_a_state_that_cannot_be_read_is_left_aside(synthgap, prepared):
    line = (*LINE[:3], "--epochs", "1", *LINE[5:])
    assert synthgap(*line).code == 0
    vae = prepared / "resvae-2.vae.safetensors"
    state_paths(vae, read_header(vae).provenance.recipe)[0].write_bytes(b"not a state")
    vae.unlink()
    ended = synthgap(*line)
    assert ended.code == 0
    assert "begins anew" in ended.err


@pytest.mark.parametrize("damaged", ["last", "best"])
def test_a_damaged_state_is_not_what_a_training_ends_with(prepared, damaged):
    images = [read_header(prepared / f"{domain}.images.h5") for domain in ("real", "synthetic")]
    settings = TrainSettings(
        options={"blocks": 2}, image_size=16, overrides={"epochs": 2, "batch_size": 16}, precision="fp32"
    )

    class Interrupting(Silence):
        def note(self, text):
            if "epoch 1," in text:
                os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Stopped):
        train_on(images, settings, output=f"{prepared}/", resume=True, run=Run(reporter=Interrupting()))
    [last], [best] = prepared.glob("*.last.pt"), prepared.glob("*.best.safetensors")
    if damaged == "best":
        content = bytearray(best.read_bytes())
        content[-1000] ^= 255
        best.write_bytes(content)
    else:
        state = torch.load(last)
        state["records"] = "[{"
        torch.save(state, last)
    told = []
    reporter = Silence()
    reporter.warn = told.append
    train_on(images, settings, output=f"{prepared}/", resume=True, run=Run(reporter=reporter))
    assert any("begins anew" in warning for warning in told)
    read_vae(prepared / "resvae-2.vae.safetensors")


def test_a_directory_that_cannot_be_written_is_told_with_what_to_do(synthgap, prepared):
    ended = synthgap(*LINE, "-o", "/proc/nowhere/")
    assert ended.code == 1
    assert "Cannot write /proc/nowhere" in ended.err


@pytest.mark.parametrize(("option", "value"), [("--lr", "nan"), ("--lr", "-1"), ("--beta", "nan")])
def test_settings_that_train_nothing_are_refused(synthgap, prepared, option, value):
    ended = synthgap(*LINE, option, value)
    assert ended.code == 2
    assert "Traceback" not in ended.err
    assert not list(prepared.glob("*.vae.safetensors"))


def test_the_csv_and_the_results_store_hold_the_same_losses(study):
    with (study / "resvae-4.training.csv").open() as file:
        rows = list(csv.DictReader(file))
    with h5py.File(study / "resvae-4.training.results.h5") as log:
        assert list(log["summary"].attrs["column-order"]) == list(rows[0])
        for name in ("epoch", "loss", "kl", "val_psnr"):
            np.testing.assert_allclose([float(row[name]) for row in rows], log[f"summary/{name}"][...])


def test_the_kept_checkpoint_is_the_one_with_the_best_validation_psnr(study):
    header, _ = read_vae(study / "resvae-4.vae.safetensors")
    with h5py.File(study / "resvae-4.training.results.h5") as log:
        psnr = log["summary/val_psnr"][...]
        epochs = log["summary/epoch"][...]
    assert header.attributes["best-epoch"] == epochs[psnr.argmax()]
    assert header.attributes["val-psnr"] == pytest.approx(psnr.max())


def test_encode_and_decode_are_the_models_own_reconstruction(study):
    import torch

    from synthgap_cli.imaging.tensors import to_uint8, to_unit_tensor
    from synthgap_cli.vaes.building import restore_vae

    header, weights = read_vae(study / "resvae-4.vae.safetensors")
    network = restore_vae(header.attributes["config"], weights)
    with (
        h5py.File(study / "real.images.h5") as original,
        h5py.File(study / "real.resvae-4.images.h5") as decoded,
    ):
        unit = to_unit_tensor(original["images"][:8], device=torch.device("cpu"))
        with torch.inference_mode():
            expected = to_uint8(network.decode(network.encode(unit).mean)).astype(int)
        assert np.abs(expected - decoded["images"][:8]).max() <= 1
