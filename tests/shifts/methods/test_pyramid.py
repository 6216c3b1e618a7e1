"""The shift that gives each image the colours and contrasts of real images like it."""

import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.methods import pyramid
from synthgap_cli.shifts.pyramid_statistics import build_pyramid, statistics_of
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows

SHAPE = (3, 16, 20)


def textures(num, seed, *, contrast, grain, tint=(0.0, 0.0, 0.0)):
    """Images whose coarse and fine detail have other strengths, varying by image by a few tenths."""
    rng = np.random.default_rng(seed)
    varied = np.exp(rng.normal(scale=0.2, size=(2, num, 1, 1, 1)))
    coarse = rng.normal(size=(num, 3, 4, 5)).repeat(4, axis=2).repeat(4, axis=3)
    fine = rng.normal(size=(num, *SHAPE))
    images = 0.5 + contrast * varied[0] * coarse + grain * varied[1] * fine
    return (images + np.reshape(tint, (3, 1, 1))).astype(np.float32)


@pytest.fixture(scope="module")
def sides():
    return (
        textures(60, 0, contrast=0.1, grain=0.01),
        textures(70, 1, contrast=0.05, grain=0.04, tint=(0.1, 0, -0.1)),
    )


def fit(source, target, *, seed=0, shape=SHAPE, **rows):
    tables = (ArrayRows(side.reshape(len(side), -1), 17) for side in (source, target))
    return pyramid.fit(*tables, setting=Setting(shape, seed), **rows)


@pytest.fixture(scope="module")
def parameters(sides):
    return fit(*sides)


def mean_statistics(images):
    return statistics_of(build_pyramid(images)).mean(axis=0)


def test_new_images_get_the_contrast_grain_and_colour_of_the_target(sides, parameters):
    new = textures(40, 2, contrast=0.1, grain=0.01)
    wanted = mean_statistics(sides[1])
    before = np.linalg.norm(mean_statistics(new) - wanted)
    after = np.linalg.norm(mean_statistics(pyramid.apply_to_maps(new, parameters)) - wanted)
    assert before > 4
    assert after < 0.3 * before, "octaves overlap, so that it is not nought"


def test_images_of_a_look_that_no_image_of_either_side_has_end_where_real_ones_are(sides, parameters):
    strange = textures(40, 3, contrast=0.3, grain=0.001)
    moved = statistics_of(build_pyramid(pyramid.apply_to_maps(strange, parameters)))
    real = statistics_of(build_pyramid(sides[1]))
    assert (np.abs(moved.mean(axis=0) - real.mean(axis=0)) < 3 * real.std(axis=0)).mean() > 0.8


def test_what_is_where_stays(sides, parameters):
    source = sides[0]
    moved = pyramid.apply_to_maps(source, parameters)
    blocks = [of.reshape(-1, 3, 4, 4, 5, 4).mean(axis=(3, 5)) for of in (source, moved)]  # (N, 3, 4, 5)
    blocks = [of - of.mean(axis=(2, 3), keepdims=True) for of in blocks]
    alike = [np.corrcoef(one.ravel(), other.ravel())[0, 1] for one, other in zip(*blocks, strict=True)]
    assert np.min(alike) > 0.8


def test_strength_zero_changes_no_bit(sides, parameters):
    source = sides[0].copy()
    source[0, 0, 0, 0] = -0.0
    moved = pyramid.apply_to_maps(source, parameters, 0)
    assert moved.tobytes() == source.tobytes()
    assert not np.shares_memory(moved, source)


def test_strength_is_the_share_of_the_way(sides, parameters):
    source = sides[0]
    way = pyramid.apply_to_maps(source, parameters).astype(float) - source
    moved = pyramid.apply_to_maps(source, parameters, 0.25)
    np.testing.assert_allclose(moved - source.astype(float), 0.25 * way, atol=1e-6)


def test_rows_are_the_images_that_they_hold_and_move_one_by_one(sides, parameters):
    source = sides[0]
    rows = source.reshape(len(source), -1)
    moved = pyramid.apply(rows, parameters, 0.5)
    assert moved.dtype == np.float32
    assert moved.tobytes() == pyramid.apply_to_maps(source, parameters, 0.5).tobytes()
    assert moved[7:8].tobytes() == pyramid.apply(rows[7:8], parameters, 0.5).tobytes()


@pytest.mark.parametrize("size", [(1, 1), (9, 50), (64, 64)])
def test_images_may_be_of_any_size(parameters, size):
    images = np.random.default_rng(0).random((2, 3, *size), dtype=np.float32)
    moved = pyramid.apply_to_maps(images, parameters)
    assert moved.shape == images.shape
    assert np.isfinite(moved).all()


def test_a_plain_image_becomes_a_plain_image_of_another_colour(sides, parameters):
    plain = np.full((1, *SHAPE), 0.5, np.float32)
    moved = pyramid.apply_to_maps(plain, parameters)[0]
    assert np.ptp(moved.reshape(3, -1), axis=1).max() < 1e-6
    assert moved[0, 0, 0] > moved[1, 0, 0] > moved[2, 0, 0]  # as the target is tinted


def test_detail_is_not_strengthened_without_bound(sides, parameters):
    faint = np.full((1, *SHAPE), 0.5, np.float32)
    faint[0, :, 8, 10] += 1e-3
    moved = pyramid.apply_to_maps(faint, parameters)
    assert np.ptp(moved - moved.mean(axis=(2, 3), keepdims=True)) < 1e-3 * pyramid.MOST_GAIN * 2


def test_the_order_of_images_does_not_matter(sides, parameters):
    turned = fit(sides[0][::-1], sides[1][::-1])
    expected = pyramid.apply_to_maps(sides[0], parameters)
    np.testing.assert_allclose(pyramid.apply_to_maps(sides[0], turned), expected, atol=1e-4)


def test_only_the_chosen_rows_are_fitted_on(sides):
    chosen = np.arange(0, 60, 2)
    there = fit(*sides, source_rows=chosen, target_rows=chosen)
    alone = fit(sides[0][chosen], sides[1][chosen])
    for name, values in there.items():
        np.testing.assert_allclose(values, alone[name], err_msg=name)


def test_parameters_are_small_float64_arrays(parameters):
    assert all(values.dtype == np.float64 and values.ndim in (1, 2) for values in parameters.values())
    assert sum(values.size for values in parameters.values()) < 70 * 33 + 2000


def test_of_very_many_real_images_some_are_kept_by_the_seed(sides, monkeypatch):
    monkeypatch.setattr(pyramid, "MOST_EXAMPLES", 20)
    once, again, other = (fit(*sides, seed=seed)["examples"] for seed in (1, 1, 2))
    assert once.shape == (20, 33)
    assert (once == again).all() and (once != other).any()


def test_maps_of_other_channels_than_three_colours_are_refused(sides):
    with pytest.raises(InvalidInput, match="these maps have 4 channels") as refused:
        fit(*(side[:, :, :16, :16].repeat(4, axis=1)[:, :4] for side in sides), shape=(4, 16, 16))
    assert "--pixels" in refused.value.hint


def test_too_few_images_are_refused(sides):
    with pytest.raises(InvalidInput, match="needs 8 rows a side; the target has 7"):
        fit(sides[0], sides[1][:7])
