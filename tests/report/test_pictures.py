import base64
import io

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from synthgap_cli.figures import image_grid, roc
from synthgap_cli.report.pictures import embed, encode_figure

LINE = np.linspace(0, 1, 50)


def chart():
    return roc.draw([roc.Curve("a", LINE, LINE**0.3, 0.8)])


def photographs():
    rng = np.random.default_rng(0)
    smooth = rng.integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)
    images = np.stack(
        [np.asarray(Image.fromarray(one).resize((128, 128), Image.Resampling.BICUBIC)) for one in smooth]
    )
    return image_grid.draw([image_grid.ImageRow("row", images[i : i + 8]) for i in range(0, 40, 8)])


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGB")).astype(int)


def test_the_same_figure_gives_the_same_bytes():
    assert encode_figure(chart()) == encode_figure(chart())
    figure = chart()
    assert encode_figure(figure) == encode_figure(figure)


def test_a_figure_is_stored_at_twice_its_resolution():
    figure = chart()
    width, height = (round(2 * 96 * inches) for inches in figure.get_size_inches())
    assert pixels(encode_figure(figure)).shape == pytest.approx((height, width, 3), abs=1)


def test_a_chart_is_stored_without_loss():
    figure = chart()
    encoded = encode_figure(figure)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=192)
    np.testing.assert_array_equal(pixels(encoded), pixels(drawn.getvalue()))


def test_photographs_are_small_and_nearly_unchanged():
    figure = photographs()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", dpi=192)
    encoded = encode_figure(figure)
    assert len(encoded) < len(drawn.getvalue()) / 2
    assert np.abs(pixels(encoded) - pixels(drawn.getvalue())).mean() < 2  # of 255 levels


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_an_embedded_image_decodes_to_the_given_bytes(kind):
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(drawn, kind)
    embedded = embed(drawn.getvalue())
    head, text = embedded.uri.split(",")
    assert head == f"data:image/{kind.lower()};base64"
    assert base64.b64decode(text) == drawn.getvalue()
    assert (embedded.width, embedded.height) == (20, 10)


def test_what_is_no_image_is_refused():
    with pytest.raises(UnidentifiedImageError):
        embed(b"no image")
