import math

import numpy as np
import pytest

from synthgap_cli.figures import utility

LABELS = ["real", "shifted", "synthetic"]
SHIFTED = np.array([False, True, False])


def accuracies(rows=3, **options):
    accuracy = np.linspace(0.95, 0.4, rows)
    given = {
        "name": "real images",
        "accuracy": accuracy,
        "interval": np.stack([accuracy - 0.03, accuracy + 0.02], axis=1),
        "seeds": accuracy[:, None] + [-0.02, 0, 0.02],
        "base_rate": 0.11,
        "ceiling": 0.95,
    }
    return utility.Tested(**given | options)


def of_kind(axes, marker):
    return [line for line in axes.lines if line.get_marker() == marker]


def test_means_seeds_and_intervals_are_the_given_numbers(legible):
    given = accuracies()
    axes = legible(utility.draw, LABELS, [given], shifted=SHIFTED).axes[0]
    assert [line.get_xdata()[0] for line in of_kind(axes, "D")] == list(given.accuracy)
    np.testing.assert_array_equal([line.get_xdata() for line in of_kind(axes, "o")], given.seeds)
    spans = [bars.get_segments()[0][:, 0] for bars in axes.collections]
    np.testing.assert_allclose(spans, given.interval)


def test_base_rate_and_ceiling_are_lines_with_names(legible):
    axes = legible(utility.draw, LABELS, [accuracies()], shifted=SHIFTED).axes[0]
    lines = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "None"]
    assert sorted(lines) == [0.11, 0.95]
    names = {text.get_text() for text in axes.texts}
    assert {"base rate: 11.0%", "trained on real"} <= names


def test_shifted_rows_have_a_colour_of_their_own(legible):
    axes = legible(utility.draw, LABELS, [accuracies()], shifted=SHIFTED).axes[0]
    colours = [line.get_color() for line in of_kind(axes, "D")]
    assert colours[0] == colours[2] != colours[1]


def test_unknown_accuracies_leave_gaps(legible):
    empty = accuracies(accuracy=np.array([math.nan] * 3), interval=np.full((3, 2), math.nan),
                   seeds=np.full((3, 3), math.nan), base_rate=math.nan, ceiling=math.nan)  # fmt: skip
    axes = legible(utility.draw, LABELS, [empty], shifted=SHIFTED).axes[0]
    assert not axes.texts


@pytest.mark.parametrize("base_rate", [0.02, 0.5, 0.9])
def test_two_test_sets_and_seven_training_sets_are_legible(legible, base_rate):
    labels = ["real", "real, decoded", "shifted", "synthetic, decoded", "synthetic", "shifted + few real",
              "synthetic + few real"]  # fmt: skip
    both = [
        accuracies(7, base_rate=base_rate),
        accuracies(7, name="real images, decoded", base_rate=base_rate),
    ]
    shifted = np.array([name.startswith("shifted") for name in labels])
    figure = legible(utility.draw, labels, both, shifted=shifted)
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "read right: real images", "read right: real images, decoded"
    ]  # fmt: skip
