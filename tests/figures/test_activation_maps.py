import numpy as np
import pytest

from synthgap_cli.figures import activation_maps

RNG = np.random.default_rng(0)


def image(height, width):
    return RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_the_image_and_all_maps_are_shown_unchanged(legible):
    shown = image(16, 16)
    layers = [RNG.random((4, 16, 16)), RNG.random((8, 8, 8))]
    figure = legible(activation_maps.draw, shown, layers)
    pictures = [axes.get_images()[0] for axes in figure.axes]
    np.testing.assert_array_equal(pictures[0].get_array(), shown)
    for picture, one in zip(pictures[1:], [*layers[0], *layers[1]], strict=True):
        np.testing.assert_array_equal(picture.get_array(), one)


def test_maps_of_one_layer_share_a_scale_that_is_named(legible):
    layers = [np.full((2, 4, 4), 1.5), np.arange(32.0).reshape(2, 4, 4)]
    figure = legible(activation_maps.draw, image(8, 8), layers)
    scales = [axes.get_images()[0].get_clim() for axes in figure.axes[1:]]
    assert scales == [(0, 1.5)] * 2 + [(0, 31)] * 2
    names = [text.get_text() for text in figure.texts]
    assert names == ["image", "after convolution 1  (0 to 1.5)", "after convolution 2  (0 to 31)"]


@pytest.mark.parametrize("channels", [1, 5, 17])
@pytest.mark.parametrize("shape", [(8, 8), (6, 12), (12, 6)])
def test_nothing_covers_anything_whatever_the_shape(legible, channels, shape):
    figure = legible(activation_maps.draw, image(*shape), [RNG.random((channels, *shape))] * 2)
    boxes = [axes.get_position() for axes in figure.axes]
    assert all(box.x0 > -0.01 and box.y0 > -0.01 and box.x1 < 1.01 and box.y1 < 1.01 for box in boxes)
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[index + 1 :])


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_silent_and_broken_maps_are_drawn(legible, value):
    legible(activation_maps.draw, image(4, 4), [np.full((4, 4, 4), value)])


def test_a_network_without_convolutions_leaves_the_image(legible):
    assert len(legible(activation_maps.draw, image(4, 4), []).axes) == 1
