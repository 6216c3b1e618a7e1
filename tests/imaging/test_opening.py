import struct

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.imaging.decode import decode_image
from synthgap_cli.imaging.opening import MAX_PIXELS, BadImage, opened


def reason(path):
    with pytest.raises(BadImage) as caught:
        decode_image(path)
    assert "\n" not in caught.value.reason
    return caught.value.reason


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "x.jpg").touch()
    assert reason(tmp_path / "x.jpg") == "it is empty"


@pytest.mark.parametrize(
    "content", [b"<html>Not found</html>", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP"]
)
def test_a_file_that_is_no_image_says_so(tmp_path, content):
    (tmp_path / "x.jpg").write_bytes(content)
    assert reason(tmp_path / "x.jpg")


def test_a_missing_file_is_called_missing(tmp_path):
    assert "No such file" in reason(tmp_path / "x.jpg")


def test_postscript_is_not_handed_to_an_interpreter(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n")
    assert "known format" in reason(tmp_path / "x.jpg")


@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.webp", "x.bmp", "x.tif", "lzw.tif", "x.gif"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_file_that_is_cut_off_is_refused(tmp_path, noise, name, share):
    options = {"compression": "tiff_lzw"} if name == "lzw.tif" else {}
    noise.save(tmp_path / name, **options)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(share * len(content))])
    assert reason(tmp_path / name)


def test_a_jpeg_that_lacks_its_last_rows_is_refused(tmp_path, photo):
    photo.save(tmp_path / "x.jpg")
    content = (tmp_path / "x.jpg").read_bytes()
    (tmp_path / "x.jpg").write_bytes(content[:-40])
    assert "truncated" in reason(tmp_path / "x.jpg")


@pytest.mark.parametrize("side", [9_500, 30_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_png_that_declares_too_many_pixels_is_refused_before_decoding(tmp_path, write_png, side):
    assert side**2 > MAX_PIXELS
    write_png(tmp_path / "x.png", np.zeros((4, 4, 3), np.uint16), size=(side, side))
    assert "limit" in reason(tmp_path / "x.png")  # and not that the pixels are cut off


@pytest.mark.parametrize("side", [9_500, 30_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_jpeg_that_declares_too_many_pixels_is_refused_before_decoding(tmp_path, noise, side):
    noise.save(tmp_path / "x.jpg")
    content = bytearray((tmp_path / "x.jpg").read_bytes())
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
    (tmp_path / "x.jpg").write_bytes(content)
    assert "limit" in reason(tmp_path / "x.jpg")


@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_as_well_where_warnings_are_errors(tmp_path, write_png):
    write_png(tmp_path / "x.png", np.zeros((4, 4, 3), np.uint16), size=(9_500, 9_500))
    assert "limit" in reason(tmp_path / "x.png")


def test_pillows_own_settings_stay_as_they_are(tmp_path, noise):
    before = Image.MAX_IMAGE_PIXELS
    noise.save(tmp_path / "x.png")
    decode_image(tmp_path / "x.png")
    assert before == Image.MAX_IMAGE_PIXELS


def test_only_the_header_is_read_at_first(tmp_path, photo):
    photo.save(tmp_path / "x.jpg")
    content = (tmp_path / "x.jpg").read_bytes()
    (tmp_path / "x.jpg").write_bytes(content[: len(content) // 2])
    with opened(tmp_path / "x.jpg") as image:
        assert image.size == (120, 90)
