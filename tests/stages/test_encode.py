"""Means and draws, and how stores of both are told apart."""

import shutil

import h5py
import numpy as np
import pytest

from synthgap_cli.store.files import read_header

REAL, SYNTHETIC = "real.resvae-4.latents.h5", "synthetic.resvae-4.latents.h5"
DRAWN = ["real.resvae-4.sample.latents.h5", "synthetic.resvae-4.sample.latents.h5"]


def rows(path, name="mean"):
    with h5py.File(path) as file:
        return file[name][...]


def noise_of(directory, drawn, mean):
    spread = np.exp(rows(directory / mean, "log-variance") / 2)
    return (rows(directory / drawn) - rows(directory / mean)) / spread


@pytest.fixture
def drawn(synthgap, copy_of_coded):
    ended = synthgap("encode", "--sample", cwd=copy_of_coded)
    assert ended.code == 0, ended.err
    assert ended.paths == DRAWN
    return copy_of_coded


def test_a_draw_stands_beside_the_means_and_is_normal_around_them(drawn):
    noise = noise_of(drawn, DRAWN[0], REAL)
    assert noise.mean() == pytest.approx(0, abs=5 / np.sqrt(noise.size))
    assert noise.std() == pytest.approx(1, abs=5 / np.sqrt(2 * noise.size))
    with h5py.File(drawn / DRAWN[0]) as file:
        assert "log-variance" not in file


def test_the_noise_of_two_domains_is_independent(drawn):
    real, synthetic = noise_of(drawn, DRAWN[0], REAL), noise_of(drawn, DRAWN[1], SYNTHETIC)
    correlation = np.corrcoef(real.ravel(), synthetic.ravel())[0, 1]
    assert abs(correlation) < 5 / np.sqrt(real.size)


def test_a_draw_is_the_same_for_any_batch_size(synthgap, drawn):
    elsewhere = drawn / "elsewhere"
    assert synthgap("encode", "--sample", "--batch-size", 7, "-o", f"{elsewhere}/", cwd=drawn).code == 0
    whole, parts = rows(drawn / DRAWN[0]), rows(elsewhere / DRAWN[0])
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-5 * np.abs(whole).max())


def test_draws_with_another_seed_have_another_name_and_other_values(synthgap, drawn):
    ended = synthgap("encode", "--sample", "--seed", 3, cwd=drawn)
    assert ended.paths[0] == "real.resvae-4.sample-3.latents.h5"
    assert (rows(drawn / ended.paths[0]) != rows(drawn / DRAWN[0])).mean() > 0.99
    header = read_header(drawn / ended.paths[0])
    assert header.attributes["sample"] == {"seed": 3}
    assert header.provenance.recipe.parameters == {"precision": "fp32", "sample_seed": 3}


def test_draws_are_compared_with_draws_and_shifted_towards_them(synthgap, drawn):
    shifted = synthgap("shift", "--on", "resvae-4.sample", cwd=drawn)
    assert shifted.paths == ["synthetic.resvae-4.sample.mean.latents.h5"]
    parents = read_header(drawn / shifted.paths[0]).provenance.recipe.parents
    assert {parent.role: parent.path for parent in parents}["target"] == DRAWN[0]
    tested = synthgap("ttest", "--on", "resvae-4.sample.mean", "--repeats", 2, "--json", cwd=drawn)
    assert tested.code == 0, tested.err
    assert "real-synthetic.resvae-4.sample.mean" in tested.out


def test_means_are_what_commands_take_beside_draws(synthgap, drawn):
    assert synthgap("shift", cwd=drawn).paths == ["synthetic.resvae-4.mean.latents.h5"]


def test_a_seed_without_a_draw_is_refused(synthgap, coded):
    ended = synthgap("encode", "--seed", 1, cwd=coded)
    assert ended.code == 2 and "--sample" in ended.err


def test_auto_is_recorded_as_what_it_came_to(synthgap, coded, tmp_path):
    ended = synthgap("encode", "--precision", "auto", "-o", f"{tmp_path}/", cwd=coded)
    assert ended.code == 0, ended.err
    assert read_header(tmp_path / REAL).provenance.recipe.parameters["precision"] in ("bf16", "fp32")


@pytest.mark.parametrize("command", ["encode", "decode"])
def test_a_full_disk_is_told_before_anything_is_written(synthgap, coded, tmp_path, monkeypatch, command):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10_000))
    ended = synthgap(command, "-o", f"{tmp_path / 'full'}/", cwd=coded)
    assert ended.code == 1
    assert "10,000 bytes free" in ended.err and str(tmp_path) in ended.err
    assert not list((tmp_path / "full").glob("*"))


def test_latents_that_are_not_finite_are_refused(synthgap, copy_of_coded):
    from safetensors.torch import load_file

    from synthgap_cli.store.vae_file import read_vae_header, write_vae

    path = copy_of_coded / "resvae-4.vae.safetensors"
    header, weights = read_vae_header(path), load_file(path)
    write_vae(path, header, {name: weight * float("nan") for name, weight in weights.items()})
    ended = synthgap("encode", "--force", cwd=copy_of_coded)
    assert ended.code == 65 and "not finite" in ended.err
