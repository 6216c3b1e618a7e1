import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from synthgap_cli.errors import UsageProblem
from synthgap_cli.imaging import decode
from synthgap_cli.imaging.decode import decode_image, parse_colour
from synthgap_cli.imaging.opening import BadImage


def rows(path, **options):
    """Decoded pixels as int (H, W, 3)."""
    pixels = decode_image(path, **options)
    assert pixels.dtype == torch.uint8
    return pixels.permute(1, 2, 0).numpy().astype(int)


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("options", [{"quality": 30}, {"progressive": True}, {"subsampling": 0}])
def test_the_fast_jpeg_decoder_agrees_with_pillow(tmp_path, photo, mode, options, monkeypatch):
    path = tmp_path / "x.jpg"
    photo.convert(mode).save(path, **options)
    fast = rows(path)
    monkeypatch.setattr(decode, "decode_jpeg", None)
    assert (fast == rows(path)).all()
    assert (fast == np.asarray(Image.open(path).convert("RGB"))).all()


@pytest.mark.parametrize("name", ["x.png", "x.webp", "x.bmp", "x.tif"])
def test_lossless_formats_come_back_as_they_were(tmp_path, noise, name):
    noise.save(tmp_path / name, lossless=True)
    assert (rows(tmp_path / name) == np.asarray(noise)).all()


@pytest.mark.parametrize("name", ["x.png", "x.bmp", "x.tif", "x.gif"])
@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_bits_greys_and_palettes_become_their_colours(tmp_path, noise, name, mode):
    image = noise.quantize(9) if mode == "P" else noise.convert(mode)
    image.save(tmp_path / name)
    assert (rows(tmp_path / name) == np.asarray(image.convert("RGB"))).all()


@pytest.mark.parametrize("name", ["x.jpg", "x.tif"])
def test_cmyk_is_converted_by_pillow(tmp_path, photo, name):
    photo.convert("CMYK").save(tmp_path / name)
    assert (rows(tmp_path / name) == np.asarray(Image.open(tmp_path / name).convert("RGB"))).all()
    assert abs(rows(tmp_path / name) - np.asarray(photo)).mean() < 3


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("name", ["x.jpg", "x.png", "x.webp", "x.tif"])
def test_exif_turns_the_image_in_every_format(tmp_path, photo, name, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo.save(tmp_path / name, exif=exif, lossless=True)
    with Image.open(tmp_path / name) as image:
        assert (rows(tmp_path / name) == np.asarray(ImageOps.exif_transpose(image))).all()


def test_broken_exif_leaves_the_image_as_stored(tmp_path, photo):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(tmp_path / "x.jpg", exif=exif)
    content = (tmp_path / "x.jpg").read_bytes()
    assert rows(tmp_path / "x.jpg").shape == (120, 90, 3)
    (tmp_path / "x.jpg").write_bytes(content.replace(b"Exif\0\0MM\0*", b"Exif\0\0XXXX"))
    assert rows(tmp_path / "x.jpg").shape == (90, 120, 3)


@pytest.mark.parametrize("name", ["x.png", "x.tif", "big-endian.tif"])
def test_sixteen_bit_grey_is_scaled_and_never_clipped(tmp_path, name):
    levels = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    image = Image.fromarray(levels)
    if name == "big-endian.tif":
        image = image.convert("I").convert("I;16B")
    image.save(tmp_path / name)
    assert (rows(tmp_path / name) == (levels // 256)[..., None]).all()


def test_sixteen_bit_colour_is_scaled_and_never_clipped(tmp_path, write_png):
    levels = np.random.default_rng(0).integers(0, 65536, (5, 7, 3), dtype=np.uint16)
    write_png(tmp_path / "x.png", levels)
    assert (rows(tmp_path / "x.png") == levels // 256).all()


def test_sixteen_bit_grey_with_a_transparent_level_is_refused_not_clipped(tmp_path, write_png):
    levels = np.arange(35, dtype=np.uint16).reshape(5, 7, 1)
    write_png(tmp_path / "x.png", levels, transparent=b"\0\0")
    with pytest.raises(BadImage, match="transparent level"):
        decode_image(tmp_path / "x.png")


def test_floats_from_zero_to_one_are_scaled(tmp_path):
    Image.fromarray(np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)).save(tmp_path / "x.tif")
    assert (rows(tmp_path / "x.tif")[..., 0].ravel() == np.arange(256)).all()


@pytest.mark.parametrize("extreme", [-0.01, 1.01, np.nan])
def test_other_floats_are_refused(tmp_path, extreme):
    Image.fromarray(np.array([[0.5, extreme]], dtype=np.float32)).save(tmp_path / "x.tif")
    with pytest.raises(BadImage, match=r"\[0, 1\]"):
        decode_image(tmp_path / "x.tif")


def test_32_bit_integers_are_refused(tmp_path):
    Image.fromarray(np.arange(6, dtype=np.int32).reshape(2, 3)).save(tmp_path / "x.tif")
    with pytest.raises(BadImage, match="no agreed range"):
        decode_image(tmp_path / "x.tif")


@pytest.mark.parametrize("name", ["x.png", "x.webp", "x.tif"])
@pytest.mark.parametrize("background", [(255, 255, 255), (10, 20, 30)])
def test_colour_hidden_below_transparency_never_shows(tmp_path, name, background):
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    image.paste((0, 255, 0, 255), (0, 0, 2, 4))
    image.save(tmp_path / name, lossless=True, exact=True)
    pixels = rows(tmp_path / name, background=background)
    assert (pixels[:, :2] == (0, 255, 0)).all()
    assert (pixels[:, 2:] == background).all()


def test_half_transparent_pixels_are_mixed_with_the_background(tmp_path):
    Image.new("RGBA", (1, 1), (200, 100, 0, 51)).save(tmp_path / "x.png")
    expected = 0.2 * np.array([200, 100, 0]) + 0.8 * np.array([0, 50, 255])
    assert abs(rows(tmp_path / "x.png", background=(0, 50, 255)) - expected).max() <= 1


@pytest.mark.parametrize("mode", ["LA", "P", "L", "RGB"])
def test_grey_palettes_and_colour_keys_are_transparent_too(tmp_path, mode):
    red_and_blue = Image.new("RGB", (2, 1), (255, 0, 0))
    red_and_blue.putpixel((1, 0), (0, 0, 255))
    if mode == "LA":
        image, key = Image.merge("LA", (Image.new("L", (2, 1), 90), Image.new("L", (2, 1)))), {}
        image.putpixel((0, 0), (90, 255))
        visible = (90, 90, 90)
    else:
        image = red_and_blue.quantize(2) if mode == "P" else red_and_blue.convert(mode)
        key = {"transparency": image.getpixel((1, 0))}
        visible = image.convert("RGB").getpixel((0, 0))
    image.save(tmp_path / "x.png", **key)
    assert rows(tmp_path / "x.png", background=(9, 9, 9)).tolist() == [[list(visible), [9, 9, 9]]]


@pytest.mark.parametrize("name", ["x.gif", "x.webp", "x.png", "x.tif", "x.jpg"])
def test_of_several_pictures_the_first_is_taken(tmp_path, name):
    first, second = (Image.new("RGB", (8, 8), colour) for colour in [(40, 40, 40), (200, 200, 200)])
    form = "MPO" if name == "x.jpg" else None
    first.save(tmp_path / name, format=form, save_all=True, append_images=[second])
    assert abs(rows(tmp_path / name) - 40).max() <= 1


def test_a_jpeg_is_decoded_at_full_size(tmp_path):
    stripes = Image.fromarray(np.tile(np.array([0, 255], dtype=np.uint8), (1024, 512)))
    stripes.save(tmp_path / "x.jpg", quality=100)
    pixels = rows(tmp_path / "x.jpg")
    assert pixels.shape == (1024, 1024, 3)
    assert np.ptp(pixels[512, :16, 0]) > 240


def test_a_name_that_is_not_utf8_is_read(tmp_path, noise):
    path = tmp_path / "\udcff.jpg"
    noise.save(path, format="JPEG")
    assert rows(path).shape == (20, 30, 3)


@pytest.mark.parametrize(
    ("text", "colour"), [("white", (255, 255, 255)), ("#102030", (16, 32, 48)), ("rgb(1, 2, 3)", (1, 2, 3))]
)
def test_colours_are_written_as_in_css(text, colour):
    assert parse_colour(text) == colour


@pytest.mark.parametrize("text", ["", "whitish", "#ffffff80", "rgb(300, 0, 0)"])
def test_what_is_no_opaque_colour_is_a_usage_problem(text):
    with pytest.raises(UsageProblem, match="no opaque colour"):
        parse_colour(text)
