"""A stored shift, and several strengths of one: what is moved, and what is recorded of it."""

import shutil

import h5py
import numpy as np
import pytest

from synthgap_cli.stages.image_sets import find_image_sets
from synthgap_cli.stages.shift_settings import ShiftSettings
from synthgap_cli.store.files import read_header

SOURCE = "synthetic.resvae-4.latents.h5"
SHIFTED = "synthetic.resvae-4.mean.latents.h5"


def latents(path):
    with h5py.File(path) as file:
        return file["mean"][...]


@pytest.fixture
def new_latents(copy_of_coded):
    """The synthetic latents again, in other numbers and under another name."""
    path = copy_of_coded / "rendered.resvae-4.latents.h5"
    shutil.copy(copy_of_coded / SOURCE, path)
    with h5py.File(path, "r+") as file:
        file["mean"][...] += 0.25
        file.attrs["domain"] = "rendered"
        file.attrs["content-sha256"] = "0" * 64
    return copy_of_coded


def test_several_strengths_are_one_fit_and_a_store_each(synthgap, copy_of_coded):
    strengths = ("--strength", "0.25", "--strength", "0.5", "--strength", "1")
    ended = synthgap("shift", "--method", "ot", *strengths, cwd=copy_of_coded)
    assert ended.paths == [f"synthetic.resvae-4.{tag}.latents.h5" for tag in ("ot-0p25", "ot-0p5", "ot")], (
        ended.err
    )
    before = latents(copy_of_coded / SOURCE)
    quarter, half, full = (latents(copy_of_coded / path) for path in ended.paths)
    np.testing.assert_allclose(2 * (quarter - before), half - before, atol=1e-5)
    np.testing.assert_allclose(2 * (half - before), full - before, atol=1e-5)
    again = synthgap("shift", "--method", "ot", *strengths, cwd=copy_of_coded)
    assert again.err.count("is up to date") == 3


def test_the_same_strength_twice_is_refused(synthgap, copy_of_coded):
    ended = synthgap("shift", "--strength", "0.5", "--strength", "0.50", cwd=copy_of_coded)
    assert ended.code == 2
    assert "0.5 is asked for twice" in ended.err


def test_a_stored_shift_moves_new_latents_by_the_same_map(synthgap, new_latents):
    ended = synthgap(
        "shift", "--fitted", SHIFTED, "rendered.resvae-4.latents.h5", "--strength", "1", "--strength", "0.5",
        cwd=new_latents,
    )  # fmt: skip
    assert ended.paths == ["rendered.resvae-4.mean.latents.h5", "rendered.resvae-4.mean-0p5.latents.h5"], (
        ended.err
    )
    with h5py.File(new_latents / SHIFTED) as file:
        offset = file["shift/offset"][...]
    before = latents(new_latents / "rendered.resvae-4.latents.h5")
    for path, strength in zip(ended.paths, (1, 0.5), strict=True):
        way = latents(new_latents / path) - before
        np.testing.assert_allclose(way, np.broadcast_to(strength * offset, way.shape), atol=1e-5)
    header = read_header(new_latents / ended.paths[0])
    assert header.domain == "rendered" and header.steps == ("resvae-4", "mean")
    assert [parent.role for parent in header.provenance.recipe.parents] == ["source", "shift", "vae"]
    assert ("shift", ("train",)) in {(seen.by, seen.splits) for seen in header.provenance.fitted_on}


def test_latents_from_a_pipe_are_moved_without_a_reference(synthgap, new_latents):
    (new_latents / "real.resvae-4.latents.h5").unlink()
    piped = "rendered.resvae-4.latents.h5\n"
    ended = synthgap("shift", "--fitted", SHIFTED, "-", stdin=piped, cwd=new_latents)
    assert ended.paths == ["rendered.resvae-4.mean.latents.h5"], ended.err


def test_latents_of_another_autoencoder_are_refused(synthgap, new_latents):
    path = new_latents / "rendered.resvae-4.latents.h5"
    with h5py.File(path, "r+") as file:
        attributes = file.attrs["attributes"]
        sha256 = read_header(path).attributes["vae-sha256"]
        file.attrs["attributes"] = attributes.replace(sha256, "f" * 64)
    ended = synthgap("shift", "--fitted", SHIFTED, path.name, cwd=new_latents)
    assert ended.code == 65
    assert "different VAEs" in ended.err


def test_what_holds_no_shift_cannot_be_applied(synthgap, new_latents):
    ended = synthgap("shift", "--fitted", SOURCE, "rendered.resvae-4.latents.h5", cwd=new_latents)
    assert ended.code == 65
    assert "holds no shift" in ended.err


def test_a_setting_beside_a_stored_shift_is_refused(synthgap, new_latents):
    ended = synthgap("shift", "--fitted", SHIFTED, "--method", "ot", cwd=new_latents)
    assert ended.code == 2
    assert "--method cannot be given with --fitted" in ended.err


@pytest.mark.parametrize(
    ("settings", "tag"),
    [
        (ShiftSettings(), "mean"),
        (ShiftSettings("modes", base="ot"), "modes-ot"),
        (ShiftSettings("modes", 0.5, base="ot"), "modes-ot-0p5"),
        (ShiftSettings("auto", 1.5), "auto-1p5"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_tag_names_the_method_what_it_is_made_of_and_the_strength(settings, tag):
    assert settings.tag == tag


def test_only_what_a_method_reads_is_in_its_recipe():
    assert set(ShiftSettings().recorded()) == {"method", "strength", "fit_on", "seed"}
    assert "choose_on" in ShiftSettings("auto").recorded()
    assert {"base", "clusters", "real_labels"} <= set(ShiftSettings("modes").recorded())


def test_bare_a_stored_shift_moves_all_but_what_it_was_fitted_on(synthgap, new_latents):
    ended = synthgap("shift", "--fitted", SHIFTED, cwd=new_latents)
    assert ended.paths == ["rendered.resvae-4.mean.latents.h5"], ended.err


def test_new_images_moved_by_a_stored_shift_have_partners_of_their_own(synthgap, copy_of_coded):
    shutil.copy(copy_of_coded / "synthetic.images.h5", copy_of_coded / "new.images.h5")
    with h5py.File(copy_of_coded / "new.images.h5", "r+") as file:
        file.attrs["domain"] = "new"
        file.attrs["content-sha256"] = "1" * 64
    steps = (
        ("encode", "new.images.h5", "resvae-4.vae.safetensors"),
        ("shift", "--fitted", SHIFTED, "new.resvae-4.latents.h5"),
        ("decode", "new.resvae-4.latents.h5", "new.resvae-4.mean.latents.h5"),
    )
    for step in steps:
        ended = synthgap(*step, cwd=copy_of_coded)
        assert ended.code == 0, ended.err
    (found,) = find_image_sets([read_header(copy_of_coded / "new.resvae-4.mean.images.h5")])
    assert [header.path.name for header in found.images.values()] == [
        "real.images.h5",
        "new.images.h5",
        "real.resvae-4.images.h5",
        "new.resvae-4.images.h5",
        "new.resvae-4.mean.images.h5",
    ]
