import numpy as np
import pytest

from synthgap_cli.figures import density


def latents(label, spread, rows=50, **options):
    points = np.random.default_rng(len(label)).normal(0, spread, (rows, 2))
    given = {"nearest_own": 2.0, "nearest_real": 3.0, "nearest_real_quartiles": (2.5, 4.0)}
    return density.Latents(label, points, **given | options)


def draw(legible, spread=1.0, **options):
    others = [latents("synthetic", spread, **options), latents("shifted", spread, **options)]
    return legible(density.draw, latents("real", spread, **options), others)


def test_each_other_set_lies_over_the_real_one_on_one_scale(legible):
    first, second, _ = draw(legible).axes
    assert [line.get_label() for line in first.lines] == ["real", "synthetic"]
    assert [line.get_label() for line in second.lines] == ["real", "shifted"]
    np.testing.assert_array_equal(first.lines[0].get_ydata(), second.lines[0].get_ydata())
    assert (first.get_xlim(), first.get_ylim()) == (second.get_xlim(), second.get_ylim())


def filled(figure):
    """The share of the frame that the cube takes."""
    axes = figure.axes[0]
    (cube,) = axes.patches
    assert (cube.get_x(), cube.get_width()) == (-1.5, 3.0)
    return cube.get_width() / np.ptp(axes.get_xlim())


@pytest.mark.parametrize("spread", [0.01, 1.0, 40.0])
def test_the_cube_and_all_points_are_in_the_frame(legible, spread):
    figure = draw(legible, spread)
    low, high = figure.axes[0].get_xlim()
    assert low < -1.5 and high > 1.5
    points = np.concatenate([line.get_xdata() for line in figure.axes[0].lines])
    assert low <= points.min() and points.max() <= high


def test_a_sparse_space_looks_unlike_a_dense_one(legible):
    assert filled(draw(legible, 0.5)) > 5 * filled(draw(legible, 20.0))


def test_distances_to_neighbours_are_the_given_numbers(legible):
    axes = draw(legible, nearest_own=1.5, nearest_real=6.0, nearest_real_quartiles=(5.0, 7.0)).axes[2]
    of_real, of_own = (line.get_xdata() for line in axes.lines)
    assert (list(of_real), list(of_own)) == ([6.0] * 3, [1.5] * 3)
    assert [list(bars.get_segments()[0][:, 0]) for bars in axes.collections] == [[5.0, 7.0]] * 3
    assert [label.get_text() for label in axes.get_yticklabels()] == ["real", "synthetic", "shifted"]


def test_points_that_are_not_finite_are_left_out_of_the_frame(legible):
    broken = latents("real", 1.0)
    broken.points[0] = np.nan
    legible(density.draw, broken, [latents("shifted", 1.0)])
