import math

import numpy as np
import pytest

from synthgap_cli.figures import closing


def line(**options):
    given = {"label": "small-cnn · ROC-AUC", "before": 0.9, "after": 0.6, "floor": 0.5,
             "before_interval": (0.86, 0.94), "left": (0.1, 0.4)}  # fmt: skip
    return closing.Line(**given | options)


def marks(axes, kind="o"):
    """Where the marks on the rows lie, without those of the legend."""
    return [
        one.get_xdata()[0] for one in axes.lines if one.get_marker() == kind and len(one.get_xdata()) == 1
    ]


def spans(axes):
    return [segment[:, 0] for bars in axes.collections for segment in bars.get_segments()]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_before_lies_at_one_and_after_at_the_share_that_is_left(legible):
    axes = legible(closing.draw, [line()]).axes[0]
    assert marks(axes) == pytest.approx([1, 0.25])  # (0.6 - 0.5) / (0.9 - 0.5)
    np.testing.assert_allclose(spans(axes), [[0.9, 1.1], [0.1, 0.4]])


def test_the_scale_turns_where_high_means_equal(legible):
    axes = legible(closing.draw, [line(before=0.2, after=0.7, floor=0.8)]).axes[0]
    assert marks(axes)[1] == pytest.approx(1 / 6)


def test_a_judge_that_cannot_say_gets_words_and_no_share(legible):
    figure = legible(closing.draw, [line(), line(label="weak", before=0.5, remark="too weak to judge")])
    axes, beside = figure.axes
    assert texts(axes) == ["too weak to judge"]
    assert len(marks(axes)) == 2
    colours = [label.get_color() for label in axes.get_yticklabels()]
    assert colours[0] != colours[1]
    assert texts(beside)[:3] == ["before", "0.900", "0.500"]


@pytest.mark.parametrize(("after", "mark"), [(9.0, ">"), (-3.0, "<")])
def test_what_is_beyond_the_scale_is_an_arrowhead_at_its_edge(legible, after, mark):
    axes = legible(closing.draw, [line(after=after)]).axes[0]
    (place,) = marks(axes, mark)
    assert place in axes.get_xlim()


def test_numbers_stand_beside_in_their_own_units(legible):
    beside = legible(closing.draw, [line(before=4800.4, after=0.00021, floor=-0.0123)]).axes[1]
    assert texts(beside)[1::2] == ["4,800", "0.00021", "−0.0123"]


@pytest.mark.parametrize("rows", [0, 1, 21])
def test_any_number_of_rows_is_drawn(legible, rows):
    legible(closing.draw, [line(label=f"resnext101_32x8d-{row} · median |d|") for row in range(rows)])


def test_unknown_intervals_leave_the_marks(legible):
    unknown = (math.nan, math.nan)
    axes = legible(closing.draw, [line(before_interval=unknown, left=unknown)]).axes[0]
    assert len(marks(axes)) == 2
