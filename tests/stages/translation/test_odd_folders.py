"""Folders as people have them: odd names, links, empty folders, papers of an earlier translation."""

import csv
import json
import os

import numpy as np
import pytest
from PIL import Image

FAR = ("--strength", "4000")  # an untrained autoencoder hardly knows colours apart


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "renders"
    root.mkdir()
    rng = np.random.default_rng(2)
    for number in range(3):
        scene = Image.fromarray(rng.integers(60, 160, (3, 5, 3), dtype=np.uint8))
        scene.resize((40, 24), Image.Resampling.BICUBIC).save(root / f"{number}.png")
    return root


@pytest.fixture
def translate(synthgap, coded, tmp_path):
    def run(*arguments, output="out"):
        return synthgap("translate", *arguments, "-o", tmp_path / output, *FAR, cwd=coded)

    return run


@pytest.mark.parametrize("name", [b"bad\xff", b"n" * 251, b"new\nline", b"a[1]*", b'comma,"'])
def test_any_name_that_a_file_can_have_is_kept(translate, folder, tmp_path, name):
    (folder / "0.png").rename(folder / os.fsdecode(name + b".png"))
    (folder / os.fsdecode(name + b".txt")).write_text("0 0.5 0.5 0.2 0.2")
    ended = translate(folder)
    assert ended.code == 0, ended.err
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {path.name for path in folder.iterdir()} | {"manifest.csv", "translation.json"}
    with (tmp_path / "out/manifest.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3


def test_greys_of_16_bits_are_translated(translate, folder, tmp_path):
    values = np.arange(40 * 24, dtype=np.uint16).reshape(24, 40) * 60
    Image.fromarray(values).save(folder / "x-ray.png")
    ended = translate(folder)
    assert ended.code == 0, ended.err
    after = np.asarray(Image.open(tmp_path / "out/x-ray.png"))
    assert after.dtype == np.uint16 and (after != values).any()


def test_empty_folders_are_kept_and_what_is_not_copied_is_told(translate, folder, tmp_path):
    (folder / "labels/train").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    ended = translate(folder)
    assert (tmp_path / "out/labels/train").is_dir()
    assert "linked is a link to a folder, and is not followed, and 1 more." in ended.err


def test_a_translation_can_be_translated_and_keeps_its_own_papers(translate, folder, tmp_path):
    assert translate(folder, output="first").code == 0
    ended = translate(tmp_path / "first")
    assert ended.code == 0, ended.err
    assert "manifest.csv has a name that this translation needs for its own" in ended.err
    record = json.loads((tmp_path / "out/translation.json").read_text())
    assert (record["images"], record["copied"]) == (3, 0)
    assert not (tmp_path / "out/translation.manifest.csv").exists()


def test_a_manifest_of_others_is_kept_and_ours_called_otherwise(translate, folder, tmp_path):
    (folder / "manifest.csv").write_text("theirs")
    assert "has a manifest.csv of its own" in translate(folder).err
    assert (tmp_path / "out/manifest.csv").read_text() == "theirs"
    assert (tmp_path / "out/translation.manifest.csv").read_text().startswith("file,id,")


@pytest.mark.parametrize("below", ["file/out", "file"])
def test_where_nothing_can_be_written_is_told_in_a_sentence(translate, folder, tmp_path, below):
    (tmp_path / "file").write_text("")
    ended = translate(folder, output=below)
    assert ended.code in (1, 73)
    assert "Cannot write" in ended.err or "file exists and is a file" in ended.err
    assert "Error" not in ended.err


def test_leaving_out_all_is_refused(translate, folder):
    ended = translate(folder, "--drop-worst", "100%")
    assert (ended.code, "leaves no image" in ended.err) == (2, True)


def test_images_that_the_study_does_not_know_are_told(translate, folder, folders):
    assert "The study knows none of them" in translate(folder, "--dry-run").err
    assert "The study knows none of them" not in translate(folders[1], "--dry-run").err
