import numpy as np
import pytest
from PIL import Image

from synthgap_cli.imaging.confounds import NOT_A_JPEG, read_confounds
from synthgap_cli.imaging.opening import opened


def confounds_of(path):
    with opened(path) as image:
        return read_confounds(image)


def test_a_jpeg_tells_its_quality_and_size(tmp_path, noise):
    noise.save(tmp_path / "x.jpg", quality=83)
    confounds = confounds_of(tmp_path / "x.jpg")
    assert (confounds.format, confounds.jpeg_quality) == ("JPEG", 83)
    assert (confounds.width, confounds.height, confounds.mode, confounds.bit_depth) == (30, 20, "RGB", 8)
    assert not confounds.has_exif


def test_the_format_is_that_of_the_bytes_not_of_the_name(tmp_path, noise):
    noise.save(tmp_path / "x.png", format="JPEG")
    assert confounds_of(tmp_path / "x.png").format == "JPEG"


@pytest.mark.parametrize("ending", ["png", "webp", "bmp", "tif", "gif"])
def test_only_jpeg_has_a_jpeg_quality(tmp_path, noise, ending):
    noise.save(tmp_path / f"x.{ending}")
    assert confounds_of(tmp_path / f"x.{ending}").jpeg_quality == NOT_A_JPEG


def test_a_picture_of_several_has_the_quality_of_its_first(tmp_path, noise):
    noise.save(tmp_path / "x.jpg", format="MPO", save_all=True, append_images=[noise], quality=70)
    confounds = confounds_of(tmp_path / "x.jpg")
    assert (confounds.format, confounds.jpeg_quality) == ("MPO", 70)


@pytest.mark.parametrize(
    ("name", "mode", "depth"),
    [
        ("x.png", "1", 1),
        ("x.bmp", "1", 1),
        ("x.tif", "1", 1),
        ("x.png", "L", 8),
        ("x.tif", "L", 8),
        ("x.png", "I;16", 16),
        ("x.tif", "I;16", 16),
        ("x.tif", "F", 32),
        ("x.png", "RGBA", 8),
        ("x.tif", "CMYK", 8),
        ("x.webp", "RGBA", 8),
        ("x.png", "P", 8),
    ],
)
def test_mode_and_bits_are_those_in_the_file(tmp_path, noise, name, mode, depth):
    if mode == "I;16":
        image = Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30))
    elif mode == "RGBA":
        image = noise.copy()
        image.putalpha(77)
    else:
        image = noise.convert(mode)
    image.save(tmp_path / name)
    confounds = confounds_of(tmp_path / name)
    assert (confounds.mode, confounds.bit_depth) == (mode, depth)


def test_a_palette_of_seven_colours_has_four_bits(tmp_path, noise):
    noise.quantize(7).save(tmp_path / "x.png")
    assert confounds_of(tmp_path / "x.png").bit_depth == 4


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.webp", "x.tif"])
def test_the_size_is_that_before_exif_turns_the_image(tmp_path, noise, name):
    exif = Image.Exif()
    exif[0x0112] = 6
    noise.save(tmp_path / name, exif=exif)
    confounds = confounds_of(tmp_path / name)
    assert (confounds.width, confounds.height) == (30, 20)


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.webp", "x.tif"])
def test_exif_is_noticed_where_it_is(tmp_path, noise, name):
    noise.save(tmp_path / f"without-{name}")
    exif = Image.Exif()
    exif[0x010F] = "Make"
    directory = exif.get_ifd(0x8769)
    directory[0x9003] = "2020:01:01 00:00:00"  # DateTimeOriginal
    exif[0x8769] = directory  # without this Pillow writes none into TIFF
    noise.save(tmp_path / name, exif=exif)
    assert confounds_of(tmp_path / name).has_exif
    assert not confounds_of(tmp_path / f"without-{name}").has_exif
