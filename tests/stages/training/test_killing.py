"""Killed at random moments and resumed, a training ends in the weights of one that nobody disturbed."""

import csv
import multiprocessing
import time

import numpy as np
import pytest

from synthgap_cli.stages.run import Run
from synthgap_cli.stages.train_vae import train_on
from synthgap_cli.stages.training.task import TrainSettings
from synthgap_cli.store.files import read_header
from synthgap_cli.store.vae_file import read_vae

KILLS = 10
SETTINGS = TrainSettings(
    options={"blocks": 2},
    image_size=16,
    overrides={"epochs": 60, "batch_size": 16, "ema": 0.9},
    precision="fp32",
)


@pytest.fixture(scope="module")
def processes():
    """Return a context whose processes have imported torch already, so that they soon train."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["synthgap_cli.stages.train_vae"])
    return context


def _last_save(folder):
    return [path.stat().st_mtime_ns for path in folder.glob("*.last.pt")]


def _rows(folder):
    with (folder / "resvae-2.training.csv").open() as file:
        return [{k: v for k, v in row.items() if k != "images_per_second"} for row in csv.DictReader(file)]


def test_ten_kills_change_no_bit_of_the_weights(study, tmp_path, processes):
    images = [read_header(study / f"{domain}.images.h5") for domain in ("real", "synthetic")]
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    train_on(images, SETTINGS, output=f"{whole}/", resume=True, run=Run())

    moments = np.random.default_rng().uniform(0, 0.1, KILLS)  # after the first save
    for moment in moments:
        process = processes.Process(
            target=train_on,
            args=(images, SETTINGS),
            kwargs={"output": f"{killed}/", "resume": True, "run": Run()},
        )
        before = _last_save(killed)
        process.start()
        while _last_save(killed) == before and process.is_alive():
            time.sleep(0.002)
        time.sleep(moment)
        process.kill()
        process.join()
    assert not (killed / "resvae-2.vae.safetensors").exists(), "make the training longer: it was not killed"

    train_on(images, SETTINGS, output=f"{killed}/", resume=True, run=Run())
    (one, first), (other, second) = (read_vae(d / "resvae-2.vae.safetensors") for d in (whole, killed))
    assert first.keys() == second.keys()
    assert all((first[name] == second[name]).all() for name in first)
    assert one.sha256 == other.sha256
    assert _rows(whole) == _rows(killed)
    assert sorted(path.suffix for path in killed.iterdir() if path.is_file()) == sorted(
        path.suffix for path in whole.iterdir() if path.is_file()
    )
