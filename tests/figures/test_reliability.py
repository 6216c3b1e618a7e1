import numpy as np

from synthgap_cli.figures import reliability


def bins(label, count=10):
    probability = (np.arange(count) + 0.5) / count
    share = probability**2
    share[0] = np.nan  # an empty bin
    return reliability.Bins(label, probability, share, probability - 0.1, probability + 0.1, np.arange(count))


def test_dots_bars_and_counts_are_those_of_the_table(legible):
    table = bins("64 px")
    square, counts = legible(reliability.draw, [table]).axes
    np.testing.assert_array_equal(square.lines[0].get_xdata(), table.probability)
    np.testing.assert_array_equal(square.lines[0].get_ydata(), table.share)
    bars = np.array(square.collections[0].get_segments())
    np.testing.assert_allclose(bars[:, :, 1], np.column_stack([table.low, table.high]))
    assert [bar.get_height() for bar in counts.patches] == list(table.count)


def test_right_probabilities_lie_on_the_diagonal(legible):
    square = legible(reliability.draw, [bins("a")]).axes[0]
    assert list(square.lines[-1].get_xdata()) == list(square.lines[-1].get_ydata()) == [0, 1]


def test_four_sizes_are_four_looks_in_one_key(legible):
    figure = legible(reliability.draw, [bins(f"{size} px") for size in (224, 128, 64, 32)])
    named = [text.get_text() for text in figure.axes[1].get_legend().get_texts()]
    assert named == ["224 px", "128 px", "64 px", "32 px"]
    assert len({line.get_color() for line in figure.axes[0].lines[:4]}) == 4


def test_no_classifiers_say_so(legible):
    assert legible(reliability.draw, []).axes[0].texts[0].get_text() == "nothing to show"
