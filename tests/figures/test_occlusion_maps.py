import numpy as np
import pytest

from synthgap_cli.figures import occlusion_maps

RNG = np.random.default_rng(0)


def images(count, height=8, width=8):
    return RNG.integers(0, 256, (count, height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("count", [1, 6])
def test_each_image_stands_over_its_map_on_one_scale(legible, count):
    shown, maps = images(count), RNG.normal(size=(count, 4, 4))
    captions = [f"synthetic {i / 10:.2f}" for i in range(count)]
    figure = legible(occlusion_maps.draw, shown, maps, captions=captions)
    for index in range(count):
        above, below = figure.axes[2 * index : 2 * index + 2]
        np.testing.assert_array_equal(above.get_images()[0].get_array(), shown[index])
        assert above.get_title(loc="left") == captions[index]
        laid_over = below.get_images()[1]
        np.testing.assert_array_equal(laid_over.get_array(), maps[index])
        assert laid_over.get_clim() == pytest.approx((-np.abs(maps).max(), np.abs(maps).max()))


def test_a_map_covers_its_image_whatever_their_shapes(legible):
    figure = legible(occlusion_maps.draw, images(2, 6, 9), RNG.normal(size=(2, 4, 4)))
    below = figure.axes[1].get_images()
    assert below[0].get_extent() == below[1].get_extent() == [0, 9, 6, 0]


def test_maps_of_zeros_are_drawn(legible):
    legible(occlusion_maps.draw, images(2), np.zeros((2, 4, 4)))


def test_no_images_say_so(legible):
    assert (
        legible(occlusion_maps.draw, images(0), np.empty((0, 4, 4))).axes[0].texts[0].get_text()
        == "no images"
    )
