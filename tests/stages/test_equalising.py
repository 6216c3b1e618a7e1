"""`prepare --equalise`: what it records, what it refuses, and that no other split comes of it."""

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store


@pytest.fixture
def mixed(tmp_path):
    """Two folders of twelve pictures with the same names: PNG of 64 pixels, JPEG of 48 and quality 70."""
    rng = np.random.default_rng(0)
    for number in range(12):
        levels = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        for side, size, options in (("a", 64, {}), ("b", 48, {"quality": 70})):
            path = tmp_path / side / f"{number:02d}.{'jpg' if options else 'png'}"
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(levels).resize((size, size)).save(path, **options)
    return tmp_path / "a", tmp_path / "b"


def prepare(synthgap, mixed, *options):
    return synthgap("prepare", "--real", mixed[0], "--synthetic", mixed[1], "--size", "32", *options)


def test_auto_is_recorded_as_what_it_came_to_and_is_the_same_as_saying_so(synthgap, mixed, tmp_path):
    ended = prepare(synthgap, mixed, "--equalise", "auto")
    assert ended.code == 0, ended.err
    assert "--equalise size:32,jpeg:70: chosen" in ended.err
    for side in ("real", "synthetic"):
        header = read_header(tmp_path / f"{side}.images.h5")
        assert header.attributes["equalised"] == {
            "size": 32,
            "jpeg": 70,
            "encoder": "Pillow, 4:2:0, standard tables",
        }
        assert header.provenance.recipe.parameters["equalised"] == header.attributes["equalised"]
    assert prepare(synthgap, mixed, "--equalise", "size:32,jpeg:70").err.count("up to date") == 2
    assert prepare(synthgap, mixed, "--equalise", "size:32").code == 73


def test_traits_stay_those_of_the_source_files(synthgap, mixed, tmp_path):
    prepare(synthgap, mixed, "--equalise", "auto")
    with open_store(tmp_path / "real.images.h5") as store:
        samples = store.samples()
    assert set(samples["source_format"]) == {"PNG"}
    assert set(samples["width"]) == {64}


def test_images_below_the_size_are_rejected_and_counted(synthgap, mixed, tmp_path):
    ended = prepare(synthgap, mixed, "--equalise", "size:56")
    assert ended.code == 1
    assert "12 of 12 files" in ended.err
    assert "48 pixels" in ended.err


def test_auto_needs_both_sides(synthgap, mixed):
    ended = synthgap("prepare", mixed[0], "--domain", "real", "--equalise", "auto")
    assert ended.code == 2
    assert "--real and --synthetic" in ended.err


def test_what_is_no_treatment_fails_before_anything_is_read(synthgap, tmp_path):
    ended = synthgap("prepare", tmp_path / "nowhere", "--domain", "real", "--equalise", "quality:3")
    assert ended.code == 2
    assert "no treatment" in ended.err


def test_enlarging_what_was_reduced_is_pointed_out(synthgap, mixed):
    ended = synthgap("prepare", "--real", mixed[0], "--synthetic", mixed[1], "--equalise", "size:40")
    assert ended.code == 0
    assert "--size 40" in ended.err


def test_pictures_of_one_name_lie_in_one_split_on_both_sides(synthgap, mixed, tmp_path):
    assert "share file names" in prepare(synthgap, mixed).err
    splits = []
    for side in ("real", "synthetic"):
        with open_store(tmp_path / f"{side}.images.h5") as store:
            samples = store.samples()
        splits.append({id[:2]: split for id, split in zip(samples["id"], samples["split"], strict=True)})
    assert splits[0] == splits[1]
    assert set(splits[0].values()) == {"train", "val", "test"}


def test_what_is_split_together_is_renewed_together(synthgap, mixed, tmp_path):
    assert prepare(synthgap, mixed).code == 0
    (mixed[1] / "00.jpg").unlink()
    ended = prepare(synthgap, mixed, "--force")
    assert "up to date" not in ended.err
    assert synthgap("prepare", mixed[0], "--domain", "real", "--size", "32").code == 73
