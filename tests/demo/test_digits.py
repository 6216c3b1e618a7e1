import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from synthgap_cli.demo.digits import real_digits, rendered_digits
from synthgap_cli.demo.glyphs import FONTS


@pytest.fixture(scope="module")
def real():
    return real_digits()


@pytest.fixture(scope="module")
def rendered():
    return rendered_digits(seed=0)


def cells(digits):
    """The middle of each 4 x 4 block of the enlarged pictures, (N, 64)."""
    return digits.images[:, 1::4, 1::4, 0].reshape(len(digits.labels), 64).astype(float)


def test_all_handwritten_digits_are_there(real):
    assert real.images.shape == (1797, 32, 32, 3)
    assert real.images.dtype == np.uint8
    assert (real.labels == load_digits().target).all()
    assert set(real.groups) == {""}


def test_pictures_are_grey_and_ink_is_bright(real):
    assert (real.images == real.images[..., :1]).all()
    brightness = real.images.mean(axis=(1, 2, 3))
    ink = load_digits().data.mean(axis=1) * 255 / 16
    assert abs(brightness - ink).max() < 12  # clamping the overshoot adds a little


def test_rendered_digits_are_by_default_the_counterparts_of_the_handwritten(real, rendered):
    assert rendered.images.shape == real.images.shape
    assert rendered.images.dtype == np.uint8
    assert (rendered.labels == real.labels).all()


def test_rendered_digits_have_the_labels_asked_for():
    labels = np.array([7, 7, 0])
    rendered = rendered_digits(labels, seed=0)
    assert rendered.images.shape == (3, 32, 32, 3)
    assert (rendered.labels == labels).all()


def test_every_font_is_used_and_named(rendered):
    assert set(rendered.groups) == set(FONTS)


def test_the_seed_decides_what_is_rendered():
    labels = np.arange(10)
    first, again, other = (rendered_digits(labels, seed=seed) for seed in (1, 1, 2))
    assert (first.images == again.images).all()
    assert (first.groups == again.groups).all()
    assert (first.images != other.images).any()


def test_both_sets_went_through_the_same_acquisition(real, rendered):
    for digits in (real, rendered):
        ink = cells(digits).reshape(-1, 8, 8) > 16
        assert ink.any(axis=2).mean() > 0.99  # the whole height is filled
        assert ink[:, :, 0].mean() < 0.01  # and not the width
        upright = ink[:, 0].argmax(axis=1) - ink[:, 7].argmax(axis=1)
        assert (abs(upright) <= 1).mean() > 0.9


def test_who_learns_from_fonts_reads_most_handwriting(real, rendered):
    reader = KNeighborsClassifier(3).fit(cells(rendered), rendered.labels)
    assert reader.score(cells(real), real.labels) > 0.6


def test_the_gap_is_there_and_is_not_trivial(real, rendered):
    pixels = np.concatenate([cells(real), cells(rendered)])
    is_rendered = np.repeat([0, 1], len(real.labels))
    auc = cross_val_score(
        LogisticRegression(max_iter=300), pixels / 255, is_rendered, scoring="roc_auc", cv=3
    )
    assert 0.75 < auc.mean() < 0.999
