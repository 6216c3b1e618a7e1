import numpy as np
import pytest
from matplotlib.text import Annotation

from synthgap_cli.figures import before_after


def measure(rows, **options):
    before, after = np.linspace(0.9, 0.99, rows), np.linspace(0.6, 0.8, rows)
    given = {
        "name": "ROC-AUC",
        "before": before,
        "after": after,
        "before_interval": np.stack([before - 0.01, before + 0.01], axis=1),
        "after_interval": np.stack([after - 0.05, after + 0.05], axis=1),
        "expected_before": 0.5,
        "expected_after": 0.5,
    }
    return before_after.Measure(**given | options)


def names(rows):
    return [f"judge-{i}" for i in range(rows)]


def texts(axes):
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("rows", [1, 4, 16])
def test_dots_and_intervals_are_the_given_numbers(legible, rows):
    given = measure(rows)
    axes = legible(before_after.draw, names(rows), [given]).axes[0]
    dots = {line.get_label(): line.get_xdata() for line in axes.lines}
    np.testing.assert_array_equal(dots["before the shift"], given.before)
    np.testing.assert_array_equal(dots["after the shift"], given.after)
    for bars, interval in zip(axes.collections, (given.before_interval, given.after_interval), strict=True):
        np.testing.assert_allclose([segment[:, 0] for segment in bars.get_segments()], interval)


def test_arrows_run_from_before_to_after(legible):
    given = measure(2)
    axes = legible(before_after.draw, names(2), [given]).axes[0]
    arrows = [text for text in axes.texts if isinstance(text, Annotation) and text.arrow_patch]
    assert [arrow.xy[0] for arrow in arrows] == list(given.after)
    assert [arrow.xyann[0] for arrow in arrows] == list(given.before)


def test_each_measure_has_its_panel_and_its_own_expectation(legible):
    share = measure(3, name="rejected components", expected_before=0.05, expected_after=0.166, percent=True)
    figure = legible(before_after.draw, names(3), [measure(3), share])
    first, second = figure.axes
    assert (first.get_xlabel(), second.get_xlabel()) == ("ROC-AUC", "rejected components")
    assert "expected if nothing differs: 0.50" in texts(first)
    assert {"expected before: 5.0%", "expected after: 16.6%"} <= set(texts(second))
    assert [line.get_xdata()[0] for line in second.lines[-2:]] == [0.05, 0.166]
    assert [label.get_text() for label in first.get_yticklabels()] == names(3)


def test_unknown_values_leave_gaps(legible):
    nothing = np.full((2, 2), np.nan)
    given = measure(2, before=np.array([np.nan, 0.9]), after=np.array([0.7, np.nan]), before_interval=nothing,
                    after_interval=nothing)  # fmt: skip
    axes = legible(before_after.draw, names(2), [given]).axes[0]
    assert not [text for text in axes.texts if isinstance(text, Annotation) and text.arrow_patch]


def test_a_shift_that_changes_nothing_draws_no_warning(legible):
    same = np.array([0.5, 1.0])
    legible(before_after.draw, names(2), [measure(2, before=same, after=same)])


def test_long_names_leave_room_for_the_dots(legible):
    long = "resnext101_32x8d on decoded images of the widest residual autoencoder"
    figure = legible(before_after.draw, [long, long], [measure(2, name=long), measure(2, percent=True)])
    assert figure.axes[0].get_position().width > 0.3
