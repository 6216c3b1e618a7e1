"""Pixels as a latent space whose decoder is the identity."""

import shutil

import h5py
import numpy as np
import pytest

from synthgap_cli.stages.image_sets import find_image_sets
from synthgap_cli.store.files import list_headers, read_header

IMAGES = ("real.images.h5", "synthetic.images.h5")


def images(path):
    with h5py.File(path) as file:
        return file["images"][...]


def train(path):
    with h5py.File(path) as file:
        chosen = file["samples/split"].asstr()[...] == "train"
        return file["images"][...][chosen] / 255


@pytest.fixture
def smaller(folders, run_quietly, copy_of_coded):
    """The directory with image stores named in other numbers: the synthetic ones again, at 24 pixels."""
    run_quietly(copy_of_coded, *f"prepare --synthetic {folders[1]} --size 24 -o small/".split())
    path = copy_of_coded / "new.images.h5"
    shutil.move(copy_of_coded / "small/synthetic.images.h5", path)
    with h5py.File(path, "r+") as file:
        file.attrs["domain"] = "new"
        file.attrs["content-sha256"] = "0" * 64
    return copy_of_coded


def test_named_image_stores_become_an_image_store_with_the_reals_colours(synthgap, copy_of_coded):
    ended = synthgap("shift", *IMAGES, "--method", "adain", cwd=copy_of_coded)
    assert ended.paths == ["synthetic.pixels.adain.images.h5"], ended.err
    real, synthetic = (train(copy_of_coded / name) for name in IMAGES)
    axes = (0, 1, 2)
    gain = real.std(axis=axes) / synthetic.std(axis=axes)
    before = images(copy_of_coded / IMAGES[1]) / 255
    expected = np.clip(real.mean(axis=axes) + gain * (before - synthetic.mean(axis=axes)), 0, 1)
    moved = images(copy_of_coded / ended.paths[0])
    assert moved.dtype == np.uint8
    np.testing.assert_allclose(moved, 255 * expected, atol=0.501)
    assert synthgap("inspect", "--verify", *ended.paths, cwd=copy_of_coded).code == 0


def test_what_was_done_is_recorded_as_of_latents(synthgap, copy_of_coded):
    (path,) = synthgap("shift", *IMAGES, "--method", "channel-ot", cwd=copy_of_coded).paths
    header, source = read_header(copy_of_coded / path), read_header(copy_of_coded / IMAGES[1])
    assert (header.domain, header.role) == (source.domain, source.role)
    assert (header.steps, header.reference_steps) == (("pixels", "channel_ot"), ())
    assert [parent.role for parent in header.provenance.recipe.parents] == ["source", "target"]
    assert ("shift", ("train",)) in {(seen.by, seen.splits) for seen in header.provenance.fitted_on}
    assert header.attributes["shift"]["method"] == "channel_ot"
    with h5py.File(copy_of_coded / path) as file, h5py.File(copy_of_coded / IMAGES[1]) as before:
        assert set(file["shift"]) == {"source-mean", "target-mean", "matrix", "latent-shape"}
        np.testing.assert_array_equal(file["shift/latent-shape"], [3, 32, 32])
        np.testing.assert_array_equal(file["samples/id"][...], before["samples/id"][...])
    again = synthgap("shift", *IMAGES, "--method", "channel_ot", cwd=copy_of_coded)
    assert "is up to date" in again.err


def test_strength_zero_gives_the_same_images_and_half_lies_halfway(synthgap, copy_of_coded):
    strengths = [item for strength in ("0", "0.5", "1") for item in ("--strength", strength)]
    ended = synthgap("shift", "--pixels", "--method", "mean", *strengths, cwd=copy_of_coded)
    names = [f"synthetic.pixels.{tag}.images.h5" for tag in ("mean-0", "mean-0p5", "mean")]
    assert ended.paths == names, ended.err
    before = images(copy_of_coded / IMAGES[1])
    none, half, full = (images(copy_of_coded / name).astype(float) for name in names)
    np.testing.assert_array_equal(none, before)
    unclipped = (full > 0) & (full < 255)
    np.testing.assert_allclose(half[unclipped], (before + full)[unclipped] / 2, atol=1.01)


def test_bare_it_is_latents_that_move(synthgap, copy_of_coded):
    ended = synthgap("shift", "--method", "adain", cwd=copy_of_coded)
    assert ended.paths == ["synthetic.resvae-4.adain.latents.h5"], ended.err


def test_from_a_pipe_latents_are_taken_unless_pixels_are_asked_for(synthgap, copy_of_coded):
    piped = "\n".join((*IMAGES, "real.resvae-4.latents.h5", "synthetic.resvae-4.latents.h5"))
    for more, name in (((), "resvae-4.none.latents.h5"), (("--pixels",), "pixels.none.images.h5")):
        ended = synthgap("shift", "-", "--method", "none", *more, stdin=piped, cwd=copy_of_coded)
        assert ended.paths == [f"synthetic.{name}"], ended.err


def test_a_stored_map_without_a_position_moves_images_of_another_size(synthgap, smaller):
    (fitted,) = synthgap("shift", *IMAGES, "--method", "channel-ot", cwd=smaller).paths
    ended = synthgap("shift", "--fitted", fitted, "new.images.h5", cwd=smaller)
    assert ended.paths == ["new.pixels.channel_ot.images.h5"], ended.err
    with h5py.File(smaller / fitted) as file:
        before, after, matrix = (
            file[f"shift/{name}"][...] for name in ("source-mean", "target-mean", "matrix")
        )
    start = images(smaller / "new.images.h5") / 255
    expected = np.clip(after + (start - before) @ matrix, 0, 1)
    np.testing.assert_allclose(images(smaller / ended.paths[0]), 255 * expected, atol=0.501)
    header = read_header(smaller / ended.paths[0])
    assert [parent.role for parent in header.provenance.recipe.parents] == ["source", "shift"]
    bare = synthgap("shift", "--fitted", fitted, cwd=smaller)
    assert "is up to date" in bare.err and bare.paths == ended.paths


def test_a_stored_map_of_each_pixel_refuses_another_size(synthgap, smaller):
    (fitted,) = synthgap("shift", *IMAGES, "--method", "standardise", cwd=smaller).paths
    ended = synthgap("shift", "--fitted", fitted, "new.images.h5", cwd=smaller)
    assert ended.code == 65
    assert "32 x 32 pixels" in ended.err and "24 x 24" in ended.err and "channel-ot" in ended.err


def test_a_stored_map_of_another_kind_is_refused(synthgap, smaller):
    latents = "synthetic.resvae-4.mean.latents.h5"
    ended = synthgap("shift", "--fitted", latents, "new.images.h5", cwd=smaller)
    assert ended.code == 65
    assert "holds a shift of latents, and new.images.h5 holds images" in ended.err


def test_sides_of_different_sizes_are_refused(synthgap, smaller):
    ended = synthgap("shift", IMAGES[0], "new.images.h5", cwd=smaller)
    assert ended.code == 65
    assert "24 x 24" in ended.err and "--size" in ended.err


def test_auto_chooses_among_shifts_of_pixels_by_what_images_look_like(synthgap, copy_of_coded):
    for domain in ("real", "synthetic"):
        with h5py.File(copy_of_coded / f"{domain}.images.h5", "r+") as file:
            split = file["samples/split"].asstr()[...]
            split[np.flatnonzero(split == "train")[::2]] = "val"
            file["samples/split"][...] = split
    ended = synthgap("shift", "--pixels", "--method", "auto", cwd=copy_of_coded)
    assert ended.paths == ["synthetic.pixels.auto.images.h5"], ended.err
    shift = read_header(copy_of_coded / ended.paths[0]).attributes["shift"]
    assert shift["judged-by"] == "images"
    tried = {(one["method"], one["strength"]) for one in shift["candidates"] if one["content"] is not None}
    assert {("none", 1), ("mean", 0.25), ("mean", 1)} <= tried
    assert shift["chosen"] in {method for method, _ in tried}


def test_shifted_pixels_are_compared_with_the_real_originals(synthgap, copy_of_coded):
    (path,) = synthgap("shift", *IMAGES, "--method", "adain", cwd=copy_of_coded).paths
    judged = synthgap("classify", "--on", "pixels.adain", "--epochs", "1", "--no-audit", cwd=copy_of_coded)
    assert judged.code == 0, judged.err
    seen = read_header(copy_of_coded / judged.paths[0])
    assert [parent.path for parent in seen.provenance.recipe.parents][:2] == [IMAGES[0], path]


def test_shifted_pixels_are_rivals_in_ledgers_and_those_of_decoded_images_are_not(synthgap, copy_of_coded):
    def found():
        return {sets.outcome.path.name for sets in find_image_sets(list_headers(copy_of_coded))}

    before = found()
    (rival,) = synthgap("shift", "--pixels", "--method", "adain", cwd=copy_of_coded).paths
    decoded = synthgap("shift", "--pixels", "--on", "resvae-4", "--method", "adain", cwd=copy_of_coded)
    assert decoded.paths == ["synthetic.resvae-4.pixels.adain.images.h5"], decoded.err
    assert read_header(copy_of_coded / decoded.paths[0]).reference_steps == ("resvae-4",)
    assert found() == before | {rival}
