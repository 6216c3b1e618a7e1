"""Shifted latents to stores of translated originals."""

import h5py
import numpy as np
import pytest

from synthgap_cli.store.files import read_header

TRANSLATED = "synthetic.resvae-4.mean.affine.images.h5"


def images(path):
    with h5py.File(path) as file:
        return file["images"][...]


@pytest.fixture
def large(copy_of_coded, synthgap, folders):
    """The study again, its originals larger than the autoencoder's images."""
    for path in copy_of_coded.glob("*.h5"):
        path.unlink()
    real, synthetic = folders
    synthgap("prepare", "--real", real, "--synthetic", synthetic, "--size", "36", cwd=copy_of_coded)
    vae = copy_of_coded / "resvae-4.vae.safetensors"
    for line in (
        f"encode --vae {vae} real.images.h5 synthetic.images.h5",
        "shift --strength 4000",
        "shift --method none",
    ):
        ended = synthgap(*line.split(), cwd=copy_of_coded)
        assert ended.code == 0, ended.err
    return copy_of_coded


def test_originals_are_translated_at_their_own_size_beside_which_they_are_compared(synthgap, large):
    ended = synthgap("decode", "--detail", "affine", "-o", ".", cwd=large)
    assert sorted(ended.paths) == [
        f"synthetic.resvae-4.{tag}.affine.images.h5" for tag in ("mean-4000", "none")
    ], ended.err
    originals = images(large / "synthetic.images.h5")
    moved, unmoved = (images(large / path) for path in sorted(ended.paths))
    assert moved.shape == originals.shape == (60, 36, 36, 3)
    assert np.abs(moved.astype(int) - originals).mean() > 1
    assert np.abs(unmoved.astype(int) - originals).max() <= 1
    header = read_header(large / sorted(ended.paths)[0])
    assert header.reference_steps == ()
    assert header.steps == ("resvae-4", "mean-4000", "affine")
    assert "up to date" in synthgap("decode", "--detail", "affine", cwd=large).err


def test_the_batch_size_changes_nothing_that_can_be_seen(synthgap, large):
    shifted = "synthetic.resvae-4.mean-4000.latents.h5"
    for batch in ("2", "64"):
        synthgap("decode", shifted, "--detail", "affine", "--batch-size", batch, "-o", f"{batch}/", cwd=large)
    name = "synthetic.resvae-4.mean-4000.affine.images.h5"
    few, many = (images(large / batch / name).astype(int) for batch in ("2", "64"))
    assert np.abs(few - many).max() <= 1


def test_translated_stores_are_classified_against_the_originals(synthgap, large):
    synthgap("decode", "--detail", "affine", cwd=large)
    ended = synthgap(
        "classify", "--on", "resvae-4.mean-4000.affine", "--epochs", "1", "--no-audit", cwd=large
    )
    assert ended.code == 0, ended.err
    parents = read_header(large / ended.paths[0]).provenance.recipe.parents
    assert {"real.images.h5", "synthetic.resvae-4.mean-4000.affine.images.h5"} <= {
        one.path for one in parents
    }


def test_unshifted_latents_alone_are_told(synthgap, coded):
    ended = synthgap("decode", "real.resvae-4.latents.h5", "--detail", "affine", cwd=coded)
    assert (ended.code, "None of the latents is shifted" in ended.err) == (66, True)
