import numpy as np
import pytest

from synthgap_cli.figures.image_grid import ImageRow, draw


def images(count, height=8, width=8):
    return np.random.default_rng(count).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def shown(figure):
    return [axes.get_images()[0].get_array() for axes in figure.axes if axes.get_images()]


def test_images_stand_row_by_row_unchanged_and_labelled(legible):
    rows = [ImageRow("real", images(3)), ImageRow("decoded", images(3) // 2)]
    figure = legible(draw, rows)
    for drawn, image in zip(shown(figure), [*rows[0].images, *rows[1].images], strict=True):
        np.testing.assert_array_equal(drawn, image)
    assert [text.get_text() for text in figure.texts] == ["real", "decoded"]


def test_rows_may_differ_in_length(legible):
    assert (
        len(
            shown(
                legible(draw, [ImageRow("a", images(4)), ImageRow("b", images(1)), ImageRow("c", images(0))])
            )
        )
        == 5
    )


def test_a_label_stands_at_the_height_of_its_row(legible):
    figure = legible(draw, [ImageRow(str(i), images(2)) for i in range(3)])
    places = [axes.get_position() for axes in figure.axes[::2]]
    for text, place in zip(figure.texts, places, strict=True):
        assert place.y0 < text.get_position()[1] < place.y1


def test_captions_name_the_columns(legible):
    figure = legible(draw, [ImageRow("real", images(2)), ImageRow("b", images(2))], captions=["one", "two"])
    assert [axes.get_title() for axes in figure.axes] == ["one", "two", "", ""]


@pytest.mark.parametrize("shape", [(8, 8), (6, 12), (12, 6)])
@pytest.mark.parametrize("count", [1, 10])
def test_tiles_keep_their_aspect_and_stay_inside(legible, shape, count):
    figure = legible(draw, [ImageRow("a", images(count, *shape))] * 2)
    width, height = figure.get_size_inches()
    for axes in figure.axes:
        box = axes.get_position()
        assert box.height * height / (box.width * width) == pytest.approx(shape[0] / shape[1])
        assert box.x0 > 0.1
        assert box.x1 <= 1
        assert box.y0 >= 0


def test_long_labels_take_several_lines_beside_the_images(legible):
    label = "synthetic, shifted to the mean of the real latents and decoded"
    figure = legible(
        draw, [ImageRow(label, images(8)), ImageRow("x" * 60, images(8))], captions=["a" * 40] * 8
    )
    left = figure.axes[0].get_window_extent().x0
    assert all(text.get_window_extent().x1 < left for text in figure.texts)
    assert "\n" in figure.texts[0].get_text()


@pytest.mark.parametrize("rows", [[], [ImageRow("a", images(0))]])
def test_no_images_say_so(legible, rows):
    assert legible(draw, rows).axes[0].texts[0].get_text() == "no images"
