import numpy as np
import pytest

from synthgap_cli.figures import weight_maps

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("units", "shape"), [(1, (5, 5)), (7, (5, 5)), (16, (4, 8)), (9, (9, 3))])
def test_every_unit_is_shown_unchanged_inside_the_figure(legible, units, shape):
    maps = RNG.normal(size=(units, *shape))
    figure = legible(weight_maps.draw, maps)
    shown = [axes for axes in figure.axes if axes.get_images()]
    for axes, one in zip(shown, maps, strict=True):
        np.testing.assert_array_equal(axes.get_images()[0].get_array(), one)
        box = axes.get_position()
        assert box.y0 > -0.01
        assert box.x1 < 0.95


def test_all_units_share_one_scale_centred_at_zero(legible):
    maps = np.stack([np.full((3, 3), -0.5), np.full((3, 3), 2.0)])
    figure = legible(weight_maps.draw, maps)
    assert [axes.get_images()[0].get_clim() for axes in figure.axes if axes.get_images()] == [(-2, 2)] * 2
    colours = figure.axes[0].get_images()[0].cmap(0.5)
    assert min(colours[:3]) > 0.95  # white where 0 lies


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_constant_and_broken_weights_are_drawn(legible, value):
    legible(weight_maps.draw, np.full((3, 4, 4), value))


def test_no_units_say_so(legible):
    assert legible(weight_maps.draw, np.empty((0, 4, 4))).axes[0].texts[0].get_text() == "no units"
