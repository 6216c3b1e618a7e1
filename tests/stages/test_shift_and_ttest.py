"""What a shift does to the rows it was fitted on, and what a test says of the others."""

import h5py
import numpy as np
import pytest
from scipy import stats

from synthgap_cli.store.files import read_header

REAL, SYNTHETIC = "real.resvae-4.latents.h5", "synthetic.resvae-4.latents.h5"
SHIFTED = "synthetic.resvae-4.mean.latents.h5"


def read(path, dataset="mean"):
    """Follow the numbers with h5py alone."""
    with h5py.File(path) as file:
        return file[dataset][...], file["samples/split"].asstr()[...]


def column(path, name):
    with h5py.File(path) as file:
        return file[f"summary/{name}"][...]


def test_the_means_agree_on_the_rows_that_the_shift_was_fitted_on(study):
    real, split = read(study / REAL)
    shifted, shifted_split = read(study / SHIFTED)
    means = [
        rows.mean(0, dtype=float) for rows in (real[split == "train"], shifted[shifted_split == "train"])
    ]
    assert np.abs(means[0] - means[1]).max() < 1e-5


def test_a_shift_moves_every_row_by_the_same_vector(study):
    before, _ = read(study / SYNTHETIC)
    after, _ = read(study / SHIFTED)
    with h5py.File(study / SHIFTED) as file:
        offset = file["shift/offset"][...]
    np.testing.assert_allclose(after - before, np.broadcast_to(offset, before.shape), atol=1e-5)


def test_half_strength_goes_half_way(synthgap, copy_of_study):
    ended = synthgap("shift", "--strength", "0.5", cwd=copy_of_study)
    assert ended.paths == ["synthetic.resvae-4.mean-0p5.latents.h5"]
    before, half, full = (read(copy_of_study / name)[0] for name in (SYNTHETIC, ended.paths[0], SHIFTED))
    np.testing.assert_allclose(half - before, 0.5 * (full - before), atol=1e-5)


def test_after_a_shift_the_test_uses_unseen_rows_and_says_what_a_null_would_give(study):
    path = study / "resvae-4.mean.latents.ttest.results.h5"
    with h5py.File(path) as file:
        assert list(file["summary/rows"].asstr()) == ["test"]
    with h5py.File(study / REAL) as file:
        split = file["samples/split"].asstr()[...]
    sizes = [(split == name).sum() for name in ("test", "train")]
    z = stats.norm.isf(0.025)
    expected = 200 * stats.norm.sf(z / np.sqrt(1 + sizes[0] / sizes[1]))  # thesis, note 5, equal n
    assert column(path, "expected_percent") == pytest.approx(expected, abs=0.6)
    assert expected > 6


def test_on_the_fitting_rows_nothing_is_rejected_and_the_user_is_warned(synthgap, copy_of_study):
    ended = synthgap("ttest", "--on", "resvae-4.mean", "--split", "train", "--force", cwd=copy_of_study)
    assert "circular" in ended.err
    path = copy_of_study / "resvae-4.mean.latents.ttest.results.h5"
    assert column(path, "rejected_percent") == 0
    assert column(path, "expected_percent") == 0


def test_every_number_of_the_table_follows_from_the_stores(study):
    real, split = read(study / "real.mnasnet0_5.features.h5", "features")
    synthetic, _ = read(study / "synthetic.mnasnet0_5.features.h5", "features")
    expected = stats.ttest_ind(real.astype(float), synthetic.astype(float))
    path = study / "ttest.results.h5"
    with h5py.File(path) as file:
        components = file["components/real-synthetic.mnasnet0_5"]
        alive = np.isfinite(expected.statistic)
        np.testing.assert_allclose(components["statistic"][...][alive], expected.statistic[alive], rtol=1e-8)
        row = list(file["summary/of"].asstr()).index("mnasnet0_5")
        assert file["summary/n_reference"][row] == len(real)
        rejected = 100 * np.mean(expected.pvalue[alive] <= 0.05)
        assert file["summary/rejected_percent"][row] == pytest.approx(rejected)
    assert (split != "").all()


def test_features_of_other_weights_are_not_compared(synthgap, copy_of_study):
    line = "extract -n mnasnet0_5 --weights random --seed 1 synthetic.images.h5 --force"
    ended = synthgap(*line.split(), cwd=copy_of_study)
    assert ended.code == 0, ended.err
    ended = synthgap("ttest", "real.mnasnet0_5.features.h5", "synthetic.mnasnet0_5.features.h5", "--force",
                     cwd=copy_of_study)  # fmt: skip
    assert ended.code == 65
    assert "weights-sha256" in ended.err


def test_what_was_seen_is_passed_on_from_parent_to_child(study):
    seen = {(f.by, f.domain, f.splits) for f in read_header(study / SHIFTED).provenance.fitted_on}
    assert seen == {
        ("train-vae", "real", ("train", "val")),
        ("train-vae", "synthetic", ("train", "val")),
        ("shift", "real", ("train",)),
        ("shift", "synthetic", ("train",)),
    }


def test_latents_of_two_vaes_are_told_apart_by_on(synthgap, copy_of_study):
    settings = ("--blocks", "5", "--epochs", "1", "--batch-size", "16", "--precision", "fp32")
    assert synthgap("train-vae", *settings, cwd=copy_of_study).code == 0
    ambiguous = synthgap("encode", cwd=copy_of_study)
    assert ambiguous.code == 2
    assert "resvae-4.vae.safetensors" in ambiguous.err and "resvae-5.vae.safetensors" in ambiguous.err
    named = synthgap("encode", "--vae", "resvae-5.vae.safetensors", cwd=copy_of_study)
    assert named.code == 0, named.err
    assert synthgap("shift", "--on", "resvae-5", cwd=copy_of_study).paths == [
        "synthetic.resvae-5.mean.latents.h5"
    ]
