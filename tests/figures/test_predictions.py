import numpy as np
import pytest
from matplotlib.colors import to_hex

from synthgap_cli.figures import _style, predictions


def images(count, height=8, width=8):
    return np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes]


@pytest.mark.parametrize("count", [1, 6, 8])
def test_every_image_is_shown_unchanged_with_domain_and_score(legible, count):
    shown = images(count)
    scores = np.linspace(0.11, 0.99, count)
    figure = legible(predictions.draw, shown, scores=scores, is_synthetic=scores > 0.5)
    for axes, image, score in zip(figure.axes, shown, scores, strict=False):
        np.testing.assert_array_equal(axes.get_images()[0].get_array(), image)
        assert axes.get_title(loc="left") == f"✓ {'synthetic' if score > 0.5 else 'real'}  {score:.2f}"


def test_mistakes_differ_in_mark_colour_and_width(legible):
    figure = legible(
        predictions.draw, images(2), scores=np.array([0.9, 0.9]), is_synthetic=np.array([True, False]),
        domains=("dogs", "gan"),
    )  # fmt: skip
    assert titles(figure) == ["✓ gan  0.90", "✗ dogs  0.90"]
    right, wrong = (axes.patches[0] for axes in figure.axes)
    assert [to_hex(frame.get_edgecolor()) for frame in (right, wrong)] == [_style.RIGHT, _style.WRONG]
    assert wrong.get_linewidth() > 2 * right.get_linewidth()


def test_the_threshold_decides_what_is_right(legible):
    options = {"scores": np.array([0.6]), "is_synthetic": np.array([True])}
    assert titles(legible(predictions.draw, images(1), **options))[0].startswith("✓")
    assert titles(legible(predictions.draw, images(1), threshold=0.7, **options))[0].startswith("✗")


def test_an_unknown_score_has_no_frame(legible):
    figure = legible(predictions.draw, images(1), scores=np.array([np.nan]), is_synthetic=np.array([True]))
    assert titles(figure) == ["synthetic  –"]
    assert not figure.axes[0].patches


def test_long_domain_names_stay_over_their_image(legible):
    domains = ("photographs-of-dogs-in-parks", "frames-of-a-racing-game-2000")
    legible(
        predictions.draw, images(12, 6, 9), scores=np.linspace(0, 1, 12), is_synthetic=np.arange(12) % 2 > 0,
        domains=domains,
    )  # fmt: skip


def test_no_images_say_so(legible):
    figure = legible(predictions.draw, images(0), scores=np.empty(0), is_synthetic=np.empty(0, dtype=bool))
    assert figure.axes[0].texts[0].get_text() == "no images"
