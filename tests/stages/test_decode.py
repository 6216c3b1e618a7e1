"""Stores, folders, contact sheets and strips of decoded images."""

import csv
import json

import h5py
import numpy as np
import pytest
import torch
from PIL import Image

from synthgap_cli.imaging.tensors import to_uint8
from synthgap_cli.stages.vae import load_vae
from synthgap_cli.store.files import read_header

REAL, SHIFTED = "real.resvae-4", "synthetic.resvae-4.mean"
ENDS = ("real:scene-00/0.png", f"{SHIFTED}:scene-03/1.png")


def stored(path, name):
    with h5py.File(path) as file:
        return file[name][...]


def decoded(directory, latents):
    network = load_vae(read_header(directory / "resvae-4.vae.safetensors"))
    with torch.inference_mode():
        return to_uint8(network.decode(torch.from_numpy(latents).reshape(-1, *network.latent_shape)))


def is_in(tile, sheet):
    enlarged = tile.repeat(2, axis=0).repeat(2, axis=1)  # 32 pixels are shown as 64
    windows = np.lib.stride_tricks.sliding_window_view(sheet, enlarged.shape)[..., 0, :, :, :]
    corners = windows[:, :, 0, 0, :]
    candidates = np.argwhere((corners == enlarged[0, 0]).all(axis=-1))
    return any((windows[row, column] == enlarged).all() for row, column in candidates)


def test_the_precision_is_recorded(synthgap, coded, tmp_path):
    ended = synthgap("decode", "--precision", "bf16", "-o", f"{tmp_path}/", cwd=coded)
    assert ended.code == 0, ended.err
    assert read_header(tmp_path / f"{REAL}.images.h5").provenance.recipe.parameters == {"precision": "bf16"}
    coarse, fine = (stored(d / f"{REAL}.images.h5", "images").astype(int) for d in (tmp_path, coded))
    assert 0 < np.abs(coarse - fine).max() < 20


def test_png_files_hold_the_pixels_and_the_manifest_tells_which_image_each_is(synthgap, coded, tmp_path):
    latents = coded / f"{REAL}.latents.h5"
    ended = synthgap("decode", latents, "--png", tmp_path / "png", "--json", cwd=coded)
    document = json.loads(ended.out)
    folder = tmp_path / "png" / REAL
    assert document["pictures"] == [str(folder)]
    images = stored(document["output"][0], "images")
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    assert [row["id"] for row in listed[:2]] == ["scene-00/0.png", "scene-00/1.png"]
    for row, image in zip(listed, images, strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(folder / row["file"])), image)


def test_a_grid_shows_decoded_images_and_their_originals(synthgap, coded, tmp_path):
    grid = tmp_path / "grid.png"
    ended = synthgap("decode", coded / f"{SHIFTED}.latents.h5", "--grid", grid, cwd=coded)
    assert ended.code == 0, ended.err
    assert ended.paths == [str(coded / f"{SHIFTED}.images.h5")]  # stores on stdout, pictures on stderr
    assert "grid.png shows 64 images" in ended.err
    sheet = np.asarray(Image.open(grid))
    assert is_in(stored(coded / f"{SHIFTED}.images.h5", "images")[0], sheet)
    assert is_in(stored(coded / "synthetic.images.h5", "images")[0], sheet)


def test_a_grid_goes_without_originals_that_are_gone(synthgap, copy_of_coded):
    (copy_of_coded / "synthetic.images.h5").unlink()
    ended = synthgap("decode", "--on", "resvae-4.mean", "--grid", "grid.png", cwd=copy_of_coded)
    assert ended.code == 0, ended.err
    assert "left out" in ended.err and "shows 60 images" in ended.err


def test_a_picture_is_up_to_date_until_its_stores_change_and_never_silently_replaced(synthgap, copy_of_coded):
    line = ("decode", "--on", "resvae-4.mean", "--grid", "grid.png")
    assert synthgap(*line, cwd=copy_of_coded).code == 0
    before = (copy_of_coded / "grid.png").stat().st_mtime_ns
    again = synthgap(*line, cwd=copy_of_coded)
    assert "grid.png is up to date" in again.err
    assert (copy_of_coded / "grid.png").stat().st_mtime_ns == before
    others = synthgap("decode", "--on", "resvae-4", *line[3:], cwd=copy_of_coded)
    assert others.code == 73 and "--force" in others.err
    assert synthgap("decode", "--on", "resvae-4", *line[3:], "--force", cwd=copy_of_coded).code == 0


def test_a_grid_that_is_no_png_file_is_refused_before_the_work(synthgap, coded, tmp_path):
    ended = synthgap("decode", "-o", f"{tmp_path / 'out'}/", "--grid", tmp_path / "grid.jpg", cwd=coded)
    assert ended.code == 2 and "PNG" in ended.err
    assert not (tmp_path / "out").exists()


def test_a_strip_is_what_is_decoded_on_the_line_between_two_images(synthgap, coded, tmp_path):
    ended = synthgap("decode", "--interpolate", *ENDS, "--steps", 4, "-o", tmp_path / "strip.png", cwd=coded)
    assert ended.paths == [str(tmp_path / "strip.png")]
    ids = [list(stored(coded / f"{stem}.latents.h5", "samples/id").astype(str)) for stem in (REAL, SHIFTED)]
    first = stored(coded / f"{REAL}.latents.h5", "mean")[ids[0].index("scene-00/0.png")]
    last = stored(coded / f"{SHIFTED}.latents.h5", "mean")[ids[1].index("scene-03/1.png")]
    line = np.stack([first, (2 * first + last) / 3, (first + 2 * last) / 3, last])
    strip = np.asarray(Image.open(tmp_path / "strip.png"))
    images = [strip[-68:-4, 4 + 68 * column : 68 + 68 * column][::2, ::2] for column in range(4)]
    assert np.abs(np.stack(images).astype(int) - decoded(coded, line)).max() <= 1


def test_a_strip_lies_beside_the_latents_under_a_name_that_tells_its_ends(synthgap, copy_of_coded):
    ended = synthgap("decode", "--interpolate", *ENDS, "--json", cwd=copy_of_coded)
    name = "real-resvae-4-scene-00-0.to.synthetic-resvae-4-mean-scene-03-1.png"
    assert json.loads(ended.out)["output"] == [name]
    assert (copy_of_coded / name).exists()


@pytest.mark.parametrize(
    ("ends", "code", "told"),
    [
        (("scene-00/0.png", ENDS[1]), 2, f"{REAL}:scene-00/0.png"),
        (("real:scene-00/9.png", ENDS[1]), 66, "scene-00/"),
        ((ENDS[0], "moon:scene-00/0.png"), 66, "moon"),
    ],
)
def test_an_id_that_names_none_or_several_is_refused_with_what_there_is(synthgap, coded, ends, code, told):
    ended = synthgap("decode", "--interpolate", *ends, "--dry-run", cwd=coded)
    assert ended.code == code and told in ended.err


def test_a_strip_and_a_grid_at_once_are_refused(synthgap, coded):
    ended = synthgap("decode", "--interpolate", *ENDS, "--grid", "x.png", cwd=coded)
    assert ended.code == 2 and "alone" in ended.err


def test_a_dry_run_plans_and_writes_nothing(synthgap, coded, tmp_path):
    for line in (("--grid", tmp_path / "g.png", "--png", tmp_path / "p"), ("--interpolate", *ENDS)):
        ended = synthgap("decode", "-o", f"{tmp_path}/", *line, "--dry-run", cwd=coded)
        assert ended.code == 0 and "would write" in ended.err
        assert ended.paths == [] and not list(tmp_path.iterdir())
