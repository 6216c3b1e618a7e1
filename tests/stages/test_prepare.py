"""Folders to stores: splits, sources, labels, bad files."""

import csv
import shutil

import h5py
import numpy as np
import pytest
from PIL import Image

from synthgap_cli.store.reader import open_store


def samples(path):
    with open_store(path) as store:
        return store.samples()


def test_no_group_straddles_a_split(study):
    for domain in ("real", "synthetic"):
        columns = samples(study / f"{domain}.images.h5")
        splits = {}
        for group, split in zip(columns["group"], columns["split"], strict=True):
            splits.setdefault(group, set()).add(split)
        assert len(splits) == 12
        assert all(len(of) == 1 for of in splits.values())


def test_with_fewer_than_ten_groups_all_domains_are_split_by_image_loudly(synthgap, folders, tmp_path):
    few = tmp_path / "few"
    shutil.copytree(folders[1] / "scene-00", few / "scene-00")
    shutil.copytree(folders[1] / "scene-01", few / "scene-01")
    ended = synthgap("prepare", "--real", folders[0], "--synthetic", few, "--size", "16")
    assert ended.code == 0
    assert "Fewer than 10 groups (synthetic has 2)" in ended.err
    real = samples(tmp_path / "real.images.h5")
    scenes = {scene: set(real["split"][real["group"] == scene]) for scene in set(real["group"])}
    assert max(map(len, scenes.values())) > 1


def test_bad_files_are_skipped_listed_and_counted(synthgap, folders, tmp_path):
    real = shutil.copytree(folders[0], tmp_path / "photos")
    (real / "scene-00" / "empty.png").touch()
    (real / "scene-01" / "text.jpg").write_text("no image")
    ended = synthgap("prepare", real, "--domain", "real", "--size", "16")
    assert ended.code == 0
    assert "2 of 62 files" in ended.err
    with (tmp_path / "real.images.rejects.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["scene-00/empty.png", "scene-01/text.jpg"]
    assert all(row["reason"] for row in rows)
    assert len(samples(tmp_path / "real.images.h5")) == 60


def test_too_many_bad_files_are_a_failure_that_leaves_no_store(synthgap, folders, tmp_path):
    real = shutil.copytree(folders[0], tmp_path / "photos")
    for number in range(9):
        (real / f"{number}.png").write_bytes(b"x")
    ended = synthgap("prepare", real, "--domain", "real", "--size", "16")
    assert ended.code == 1
    assert "--max-bad" in ended.err
    assert not (tmp_path / "real.images.h5").exists()
    assert (tmp_path / "real.images.rejects.csv").exists()
    assert synthgap("prepare", real, "--domain", "real", "--size", "16", "--max-bad", "0.2").code == 0


def test_where_no_file_is_of_use_allowing_more_is_not_advised(synthgap, folders, tmp_path):
    ended = synthgap("prepare", folders[0], "--domain", "real", "--equalise", "size:4000", "--size", "16")
    assert ended.code == 1
    assert "to be equalised at 4000" in ended.err
    assert "--max-bad" not in ended.err


def test_several_folders_are_sources_that_keep_their_groups_apart(synthgap, folders, tmp_path):
    ended = synthgap("prepare", *folders, "--domain", "both", "--role", "reference", "--size", "16")
    assert ended.code == 0, ended.err
    columns = samples(tmp_path / "both.images.h5")
    assert set(columns["source"]) == {"real", "synthetic"}
    assert len(set(columns["group"])) == 24


@pytest.mark.parametrize("label_from", ["folder", r"scene-(\d+)"])
def test_labels_come_from_folders_and_patterns(synthgap, folders, tmp_path, label_from):
    ended = synthgap("prepare", folders[0], "--domain", "real", "--size", "16", "--label-from", label_from)
    assert ended.code == 0, ended.err
    labels = samples(tmp_path / "real.images.h5")["label"]
    assert set(labels) == {f"{'scene-' if label_from == 'folder' else ''}{n:02d}" for n in range(12)}


def test_a_changed_folder_is_not_up_to_date(synthgap, folders, tmp_path):
    real = shutil.copytree(folders[0], tmp_path / "photos")
    line = ("prepare", real, "--domain", "real", "--size", "16")
    assert synthgap(*line).code == 0
    assert "up to date" in synthgap(*line).err
    (real / "scene-00" / "0.png").unlink()
    assert synthgap(*line).code == 73


def test_the_number_of_threads_does_not_change_the_store(synthgap, folders, tmp_path):
    digests = []
    for workers in (1, 3):
        out = tmp_path / str(workers)
        assert synthgap("prepare", folders[0], "--domain", "real", "--workers", workers, "-o", out).code == 0
        with h5py.File(out / "real.images.h5") as file:
            digests.append(file.attrs["content-sha256"])
    assert digests[0] == digests[1]


def test_pixels_and_traits_are_those_of_the_files(synthgap, tmp_path):
    (tmp_path / "in").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "in" / "a.png")
    Image.fromarray(pixels).save(tmp_path / "in" / "b.jpg", quality=60)
    assert synthgap("prepare", tmp_path / "in", "--domain", "x", "--size", "20").code == 0
    with open_store(tmp_path / "x.images.h5") as store:
        np.testing.assert_array_equal(store.dataset("images")[0], pixels)
        columns = store.samples()
    assert list(columns["source_format"]) == ["PNG", "JPEG"]
    assert abs(columns["jpeg_quality"][1] - 60) <= 1
    assert list(columns["width"]) == [20, 20]
