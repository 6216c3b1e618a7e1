import numpy as np
import pytest

from synthgap_cli.demo.acquisition import acquire


def paper(height=200, width=150):
    return np.zeros((height, width), dtype=bool)


def bar(shift_per_row=0.0):
    """A bar 30 wide and 120 high whose rows move to the right from top to bottom."""
    ink = paper(160, 300)
    for row in range(120):
        start = 100 + round(shift_per_row * row)
        ink[20 + row, start : start + 30] = True
    return ink


def test_counts_are_integers_from_nought_to_sixteen():
    counts = acquire(bar())
    assert counts.shape == (8, 8)
    assert np.issubdtype(counts.dtype, np.integer)
    assert counts.min() == 0
    assert counts.max() == 16


@pytest.mark.parametrize("width", [1, 5, 60, 140])
def test_any_box_fills_the_height_and_is_thinned_to_the_same_width(width):
    ink = paper()
    ink[10:170, 3 : 3 + width] = True
    # 20 x 32 pixels are too heavy: two pixels go on either side, none at the top and the bottom
    assert (acquire(ink) == np.array([0, 0, 16, 16, 16, 16, 0, 0])).all()


@pytest.fixture
def ring():
    distance = np.hypot(*(np.mgrid[-40:40, -40:40] + 0.5))
    return (distance < 40) & (distance > 25)


def placed(ink, top, left):
    whole = paper(400, 400)
    whole[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return whole


def test_the_place_on_the_paper_does_not_matter(ring):
    assert (acquire(placed(ring, 0, 0)) == acquire(placed(ring, 170, 301))).all()


def test_the_size_of_the_ink_hardly_matters(ring):
    large = ring.repeat(3, axis=0).repeat(3, axis=1)
    difference = acquire(placed(ring, 0, 0)) - acquire(placed(large, 10, 10))
    assert abs(difference).max() <= 2  # pixels that are half covered fall to either side


def test_fine_strokes_are_thickened():
    cross = paper(64, 40)
    cross[31:33, :] = True
    cross[:, 19:21] = True
    fine = 20 + 32 - 1  # pixels of a cross one pixel wide in the 20 x 32 box
    assert acquire(cross).sum() > 3 * fine


def test_a_slanted_bar_is_set_upright():
    slanted = acquire(bar(shift_per_row=0.4)).astype(int)
    left = (slanted > 0).argmax(axis=1)
    assert np.ptp(left) <= 1
    assert (abs(slanted - slanted[0]).max(axis=1) <= 4).all()  # a pixel of each row of a cell, by rounding
