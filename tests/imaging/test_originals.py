"""Files that are read, changed and saved as they were."""

import io

import numpy as np
import pytest
import torch
from PIL import Image, JpegImagePlugin

from synthgap_cli.imaging.opening import BadImage
from synthgap_cli.imaging.originals import read_original


def picture(mode="RGB", size=(40, 24)):
    rng = np.random.default_rng(3)
    channels = len(Image.new(mode, (1, 1)).getbands())
    coarse = rng.integers(0, 256, (6, 10, channels), dtype=np.uint8)
    return Image.fromarray(coarse.squeeze(), mode).resize(size, Image.Resampling.BICUBIC)


def saved_again(path, change=lambda colours: colours):
    original = read_original(path)
    written = io.BytesIO()
    original.save(change(original.colours), written)
    written.seek(0)
    return Image.open(written)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
def test_png_comes_out_as_it_was(tmp_path, mode):
    before = picture(mode)
    before.save(tmp_path / "a.png")
    after = saved_again(tmp_path / "a.png")
    assert (after.format, after.mode) == ("PNG", mode)
    np.testing.assert_array_equal(np.asarray(after), np.asarray(before))


def test_alpha_and_the_colours_below_it_are_kept(tmp_path):
    before = picture("RGBA")
    before.putalpha(Image.fromarray(np.tile(np.arange(40, dtype=np.uint8) * 6, (24, 1))))
    before.save(tmp_path / "a.png")
    after = saved_again(tmp_path / "a.png", lambda colours: 255 - colours)
    np.testing.assert_array_equal(np.asarray(after)[..., 3], np.asarray(before)[..., 3])
    np.testing.assert_array_equal(np.asarray(after)[..., :3], 255 - np.asarray(before)[..., :3])


def test_greys_of_16_bits_lose_none(tmp_path):
    values = np.arange(40 * 24, dtype=np.uint16).reshape(24, 40) * 60
    Image.fromarray(values).save(tmp_path / "a.png")
    after = saved_again(tmp_path / "a.png")
    np.testing.assert_array_equal(np.asarray(after), values)


@pytest.mark.parametrize(("quality", "subsampling"), [(60, 0), (85, 2), (97, 1)])
def test_jpeg_keeps_tables_chroma_and_progression(tmp_path, quality, subsampling):
    picture().save(tmp_path / "a.jpg", quality=quality, subsampling=subsampling, progressive=True)
    after = saved_again(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as before:
        assert after.quantization == before.quantization
        assert JpegImagePlugin.get_sampling(after) == subsampling
        assert after.info["progressive"]


def test_exif_turns_the_pixels_once(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    picture().save(tmp_path / "a.jpg", exif=exif, quality=95)
    after = saved_again(tmp_path / "a.jpg")
    assert after.size == (24, 40)
    assert 0x0112 not in after.getexif()
    assert after.getexif()[0x010F] == "a camera"


def test_a_colour_profile_is_kept(tmp_path):
    picture().save(tmp_path / "a.png", icc_profile=b"a profile")
    assert saved_again(tmp_path / "a.png").info["icc_profile"] == b"a profile"


def test_a_palette_comes_out_as_a_palette(tmp_path):
    picture().quantize(16).save(tmp_path / "a.png")
    after = saved_again(tmp_path / "a.png")
    assert after.mode == "P"
    with Image.open(tmp_path / "a.png") as before:
        difference = np.asarray(after.convert("RGB")).astype(int) - np.asarray(before.convert("RGB"))
    assert np.abs(difference).max() <= 8


@pytest.mark.parametrize(("options", "lossless"), [({"lossless": True}, True), ({"quality": 80}, False)])
def test_webp_loses_nothing_where_it_lost_nothing_before(tmp_path, options, lossless):
    picture().save(tmp_path / "a.webp", **options)
    with Image.open(tmp_path / "a.webp") as before:
        difference = np.asarray(saved_again(tmp_path / "a.webp")).astype(int) - np.asarray(before)
    assert (np.abs(difference).max() == 0) == lossless


def test_a_comment_is_kept(tmp_path):
    picture().save(tmp_path / "a.jpg", comment=b"rendered at noon")
    assert saved_again(tmp_path / "a.jpg").info["comment"] == b"rendered at noon"


@pytest.mark.parametrize(("mode", "name"), [("CMYK", "a.jpg"), ("1", "a.png"), ("LAB", "a.tif")])
def test_what_cannot_be_written_again_is_refused(tmp_path, mode, name):
    path = tmp_path / name
    (Image.new(mode, (40, 24)) if mode == "LAB" else picture().convert(mode)).save(path)
    with pytest.raises(BadImage, match=f"mode {mode}"):
        read_original(path)


def test_an_animation_is_refused(tmp_path):
    picture().save(tmp_path / "a.gif", save_all=True, append_images=[picture().rotate(90)])
    with pytest.raises(BadImage, match="animation"):
        read_original(tmp_path / "a.gif")


def test_colours_of_16_bits_are_told_to_lose_some(tmp_path):
    picture().save(tmp_path / "a.png")
    assert not read_original(tmp_path / "a.png").loses_bits
    assert read_original(tmp_path / "a.png").colours.dtype == torch.uint8
