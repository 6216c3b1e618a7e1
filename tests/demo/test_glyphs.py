from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.ft2font import FT2Font

from synthgap_cli.demo.glyphs import FONTS, draw_digit, load_font


@pytest.mark.parametrize("name", FONTS)
def test_every_font_holds_all_ten_digits(name):
    font = FT2Font(str(Path(matplotlib.get_data_path(), "fonts", "ttf", f"{name}.ttf")))
    assert all(font.get_char_index(ord(digit)) for digit in "0123456789")


@pytest.mark.parametrize("name", FONTS)
def test_no_digit_reaches_the_edge_of_the_paper(name):
    font = load_font(name)
    for digit in range(10):
        ink = draw_digit(digit, font, np.random.default_rng(digit))
        assert 300 < ink.sum() < ink.size / 2
        assert not (ink[[0, -1]].any() or ink[:, [0, -1]].any())


def test_the_same_digit_is_never_drawn_twice_alike():
    font, rng = load_font("DejaVuSans"), np.random.default_rng(0)
    first, second = (draw_digit(5, font, rng) for _ in range(2))
    assert (first != second).mean() > 0.005


def test_the_generator_decides_what_is_drawn():
    font = load_font("cmr10")
    first, second = (draw_digit(5, font, np.random.default_rng(3)) for _ in range(2))
    assert (first == second).all()
