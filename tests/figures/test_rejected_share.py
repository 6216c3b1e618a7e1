import numpy as np
import pytest

from synthgap_cli.figures import _style, rejected_share


def draw(legible, rows, **options):
    rng = np.random.default_rng(0)
    arguments = {
        "within_real": rng.uniform(0.02, 0.09, (rows, 6)),
        "within_synthetic": rng.uniform(0.02, 0.09, (rows, 6)),
        "between": np.linspace(0.2, 0.97, rows),
        "expected_null": 0.05,
    } | options
    return legible(rejected_share.draw, [f"network-{i}" for i in range(rows)], **arguments), arguments


@pytest.mark.parametrize("rows", [1, 2, 8, 16])
def test_every_row_is_named_and_stands_at_its_height_from_the_top(legible, rows):
    figure, _ = draw(legible, rows)
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"network-{i}" for i in range(rows)]
    assert list(axes.get_yticks()) == list(range(rows))
    bottom, top = axes.get_ylim()
    assert bottom > top


def test_dots_are_medians_and_bars_the_range_over_the_repeats(legible):
    figure, given = draw(legible, 4)
    axes = figure.axes[0]
    dots = {line.get_label(): line for line in axes.lines}
    for side, name, colour in (("within_real", "within real", _style.REAL),
                               ("within_synthetic", "within synthetic", _style.CANDIDATE)):  # fmt: skip
        np.testing.assert_allclose(dots[name].get_xdata(), np.median(given[side], axis=1))
        assert dots[name].get_color() == colour
    for bars, side in zip(axes.collections, ("within_real", "within_synthetic"), strict=True):
        ends = np.array([segment[:, 0] for segment in bars.get_segments()])
        np.testing.assert_allclose(ends, np.stack([given[side].min(axis=1), given[side].max(axis=1)], axis=1))


def test_the_share_between_the_domains_is_drawn_and_written(legible):
    figure, given = draw(legible, 3)
    between = next(line for line in figure.axes[0].lines if line.get_label() == "between the two")
    np.testing.assert_array_equal(between.get_xdata(), given["between"])
    assert {"20.0%", "58.5%", "97.0%"} <= {text.get_text() for text in figure.axes[0].texts}


def test_the_expected_share_is_a_named_line(legible):
    figure, _ = draw(legible, 3, expected_null=0.166)
    assert any(np.allclose(line.get_xdata(), 0.166) for line in figure.axes[0].lines)
    assert "expected if nothing differs: 16.6%" in {text.get_text() for text in figure.axes[0].texts}


def test_unknown_shares_leave_their_place_empty(legible):
    within = np.array([[0.1, np.nan, 0.3], [np.nan] * 3])
    figure, _ = draw(legible, 2, within_real=within, between=np.array([np.nan, 0.5]))
    dots = next(line for line in figure.axes[0].lines if line.get_label() == "within real")
    assert list(dots.get_xdata()) == [0.2]
    assert "nan" not in " ".join(text.get_text() for text in figure.axes[0].texts)


def test_one_side_that_is_wholly_unknown_is_drawn(legible):
    draw(legible, 1, within_synthetic=np.full((1, 3), np.nan), between=np.array([1.0]))


def test_long_names_leave_room_for_the_dots(legible):
    name = "resvae-64 hidden 16384, halves by scene, shifted by mean, widest of all"
    figure = legible(
        rejected_share.draw, [name, "b"], within_real=np.zeros((2, 1)), within_synthetic=np.zeros((2, 1)),
        between=np.ones(2), expected_null=0.05,
        domains=("photographs of dogs in parks", "frames of a racing game"),
    )  # fmt: skip
    assert figure.axes[0].get_position().width > 0.6
