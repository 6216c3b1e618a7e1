import numpy as np
import pytest

from synthgap_cli.figures.training_curves import Panel, Trace, draw

STEPS = np.arange(0, 4000, 100)


def panel(title="loss", traces=1, **options):
    return Panel(
        title, [Trace(f"trace-{i}", STEPS, np.exp(-STEPS / 900) + i + 0.1) for i in range(traces)], **options
    )


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_panel_shows_its_values_at_their_steps(legible, count):
    record = [panel(f"quantity {i}") for i in range(count)]
    figure = legible(draw, record)
    shown = [axes for axes in figure.axes if axes.lines]
    assert [axes.get_title(loc="left") for axes in shown] == [one.title for one in record]
    for axes, one in zip(shown, record, strict=True):
        np.testing.assert_array_equal(axes.lines[0].get_xdata(), STEPS)
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), one.traces[0].values)
    assert shown[-1].get_xlabel() == "step"


def test_the_kept_checkpoint_is_marked_in_every_panel_and_named(legible):
    figure = legible(draw, [panel("a"), panel("b")], best_step=2300)
    for axes in figure.axes:
        assert list(axes.lines[-1].get_xdata()) == [2300, 2300]
    assert figure.get_suptitle() == "dashed: kept checkpoint, step 2,300"


def test_several_lines_are_told_apart_in_a_legend(legible):
    axes = legible(draw, [panel(traces=3)]).axes[0]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["trace-0", "trace-1", "trace-2"]


def test_sixteen_lines_have_their_legend_below_the_panels(legible):
    figure = legible(draw, [panel(traces=16), panel()])
    assert len(figure.axes[0].lines) == len(figure.legends[0].get_texts()) == 16
    assert figure.legends[0].get_window_extent().y1 < figure.axes[0].get_window_extent().y0


def test_a_logarithmic_panel_leaves_out_what_has_no_logarithm(legible):
    values = np.array([1.0, 0.1, 0.0, -1.0, 0.01])
    axes = legible(draw, [Panel("loss", [Trace("a", np.arange(5), values)], logarithmic=True)]).axes[0]
    assert axes.get_yscale() == "log"
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1.0, 0.1, np.nan, np.nan, 0.01])


@pytest.mark.parametrize("lowest", [0.9, 0.3, 1e-2, 1e-9])
def test_the_ticks_of_a_logarithmic_axis_are_plain_numbers_at_their_heights(legible, lowest):
    trace = Trace("a", STEPS, np.geomspace(1, lowest, 40))
    axes = legible(draw, [Panel("loss", [trace], logarithmic=True)]).axes[0]
    low, high = axes.get_ylim()
    ticks = [(y, text.get_text()) for y, text in zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)]
    inside = [(y, text) for y, text in ticks if low <= y <= high]
    assert len(inside) >= 2
    assert all(float(text) == pytest.approx(y) for y, text in inside)


def test_a_lone_record_is_a_visible_dot(legible):
    axes = legible(draw, [Panel("psnr", [Trace("a", np.array([500]), np.array([21.5]))])]).axes[0]
    assert axes.lines[0].get_marker() == "o"


def test_gaps_stay_gaps_and_a_panel_of_gaps_says_so(legible):
    gap = np.array([1.0, np.nan, 3.0])
    record = [
        Panel("a", [Trace("a", np.arange(3), gap)]),
        Panel("b", [Trace("b", np.arange(3), np.full(3, np.nan))]),
        Panel("c", []),
    ]
    first, second, third = legible(draw, record).axes[:3]
    np.testing.assert_array_equal(first.lines[0].get_ydata(), gap)
    assert [axes.texts[0].get_text() for axes in (second, third)] == ["not recorded"] * 2


def test_long_titles_stay_over_their_panel(legible):
    title = "validation loss of the widest residual autoencoder, nats an image and step"
    legible(draw, [panel(title), panel(title)], best_step=123_456_789)
