"""Photographs told from their annotations."""

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.errors import InputMissing
from synthgap_cli.imaging.photographs import tell_annotations_apart
from synthgap_cli.imaging.scan import scan

COLOURS = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
DEPTHS = COLOURS[..., 0].astype(np.uint16) * 256


def folder(root, *names, make=lambda name: Image.fromarray(COLOURS)):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(name).save(path)
    return root


def kept(root, **patterns):
    return [image.id for image in tell_annotations_apart(scan(root), **patterns)[0]]


@pytest.mark.parametrize(
    "annotation",
    [
        "GT/0001.png",
        "labels/0001.png",
        "a/masks/0001.png",
        "SegmentationClass/0001.png",
        "depth/0001.png",
        "images_semantic/0001.png",
        "images/0001_mask.png",
        "images/0001-depth.png",
        "trainannot/0001.png",
        "ids/0001.png",
        "images/0001_alpha.png",
        "images/mask0001.png",
        "images/segmentation_0001.png",
    ],
)
def test_by_folder_or_name(tmp_path, annotation):
    folder(tmp_path, "images/0001.jpg", annotation)
    assert kept(tmp_path) == ["images/0001.jpg"]


def test_cityscapes_names(tmp_path):
    names = [f"gtFine/a_gtFine_{kind}.png" for kind in ("labelIds", "color", "instanceIds")]
    folder(tmp_path, "leftImg8bit/a_leftImg8bit.png", *names)
    folder(tmp_path, *(name.replace("gtFine/", "leftImg8bit/") for name in names))
    assert "leftImg8bit/a_leftImg8bit.png" in kept(tmp_path)
    assert not [name for name in kept(tmp_path) if name.startswith("gtFine/")]


def test_numbered_names_of_renderers(tmp_path):
    folder(tmp_path, "rgb_2.png", "segmentation_2.png", "instance_2.png", "Image0007.png", "Mask0007.png")
    assert kept(tmp_path) == ["Image0007.png", "rgb_2.png"]


def test_names_alone_make_no_annotations(tmp_path):
    names = ["depth_1.png", "depth_2.png", "v1_alpha/0001.png", "v1_beta/0001.png"]
    folder(tmp_path, *names)
    assert kept(tmp_path) == names


@pytest.mark.parametrize(
    "look",
    [
        lambda: Image.fromarray(COLOURS[..., 0]),
        lambda: Image.fromarray(COLOURS).quantize(8),
        lambda: Image.fromarray(DEPTHS),
        lambda: Image.fromarray(COLOURS).convert("1"),
    ],
)
def test_by_look_beside_a_photograph(tmp_path, look):
    folder(tmp_path, "a/0001.png")
    folder(tmp_path, "b/0001.png", make=lambda name: look())
    assert kept(tmp_path) == ["a/0001.png"]


def test_images_alone_are_images_whatever_they_look_like(tmp_path):
    folder(tmp_path, "depth/0001.png", "depth/0002.png", make=lambda name: Image.fromarray(DEPTHS))
    assert kept(tmp_path) == ["depth/0001.png", "depth/0002.png"]


def test_frames_of_scenes_that_share_names_are_all_kept(tmp_path):
    folder(tmp_path, "town-1/0001.png", "town-2/0001.png")
    assert len(kept(tmp_path)) == 2


def test_patterns_decide_where_they_are_given(tmp_path):
    folder(tmp_path, "images/0001.jpg", "depth/0001.png", "extra/0001.jpg")
    assert kept(tmp_path, include=["depth/*"]) == ["depth/0001.png"]
    assert kept(tmp_path, exclude=["extra/*"]) == ["images/0001.jpg"]
    with pytest.raises(InputMissing, match="None of the 3 images"):
        kept(tmp_path, exclude=["*"])
