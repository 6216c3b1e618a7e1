import numpy as np
import pytest

from synthgap_cli.figures import precision_recall, roc

LINE = np.linspace(0, 1, 11)


def texts(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("count", [1, 2, 16])
def test_each_curve_is_drawn_and_named_with_its_area(legible, count):
    curves = [roc.Curve(f"network-{i}", LINE, LINE ** (1 / (i + 1)), 0.5 + i / 40) for i in range(count)]
    square, key = legible(roc.draw, curves).axes
    for line, curve in zip(square.lines, curves, strict=False):
        np.testing.assert_array_equal(line.get_xdata(), curve.x)
        np.testing.assert_array_equal(line.get_ydata(), curve.y)
    for curve, line in zip(curves, key.lines, strict=True):
        assert curve.label in texts(key)
        assert f"{curve.area:.3f}" in texts(key)
        assert line.get_color() in {drawn.get_color() for drawn in square.lines}


def test_the_diagonal_of_chance_is_drawn_and_named(legible):
    square = legible(roc.draw, [roc.Curve("a", LINE, LINE, 0.5)]).axes[0]
    assert list(square.lines[-1].get_xdata()) == list(square.lines[-1].get_ydata()) == [0, 1]
    assert "chance" in texts(square)


def test_the_interval_stands_beside_the_area(legible):
    curves = [roc.Curve("a", LINE, LINE, 0.75, (0.7, 0.8)), roc.Curve("b", LINE, LINE, 0.6)]
    key = legible(roc.draw, curves).axes[1]
    assert "0.700 – 0.800" in texts(key)
    assert sum("–" in text for text in texts(key)) == 1


def test_an_unknown_area_is_a_dash(legible):
    curve = roc.Curve("a", np.full(3, np.nan), np.full(3, np.nan), np.nan, (np.nan, np.nan))
    key = legible(roc.draw, [curve]).axes[1]
    assert "–" in texts(key)
    assert "nan" not in " ".join(texts(key))


def test_long_names_do_not_run_into_the_numbers(legible):
    name = "RESNEXT101_32x8d-on-shifted-images-of-the-widest-vae"
    curves = [roc.Curve(f"{name}-{i}", LINE, LINE, 0.888, (0.888, 0.888)) for i in range(16)]
    legible(roc.draw, curves)


def test_no_curves_say_so(legible):
    assert "nothing to show" in texts(legible(roc.draw, []).axes[0])


def test_chance_in_precision_is_the_base_rate(legible):
    square = legible(precision_recall.draw, [roc.Curve("a", LINE[::-1], LINE, 0.9)], base_rate=0.3).axes[0]
    assert list(square.lines[-1].get_ydata()) == [0.3, 0.3]
    assert "chance 0.30" in texts(square)


def test_precision_is_a_staircase_as_sklearn_defines_it(legible):
    square = legible(precision_recall.draw, [roc.Curve("a", LINE[::-1], LINE, 0.9)], base_rate=0.3).axes[0]
    assert square.lines[0].get_drawstyle() == "steps-post"
    assert (square.get_xlabel(), square.get_ylabel()) == ("recall", "precision")
