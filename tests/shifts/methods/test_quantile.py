import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.methods import quantile
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


def fit(source, target):
    return quantile.fit(ArrayRows(source, 50), ArrayRows(target, 50), setting=Setting((source.shape[1],)))


def skewed(size, seed):
    rng = np.random.default_rng(seed)
    return np.exp(rng.normal(size=size)).astype(np.float32), rng.normal(2, 3, size).astype(np.float32)


def test_of_as_many_rows_as_knots_it_is_scikit_images_histogram_matching():
    exposure = pytest.importorskip("skimage.exposure")
    source, target = skewed((quantile.KNOTS, 3), seed=0)
    expected = exposure.match_histograms(source, target, channel_axis=-1)
    moved = quantile.apply(source, fit(source, target))
    np.testing.assert_allclose(moved, expected, rtol=1e-6)


def test_of_other_numbers_it_is_scikit_images_up_to_the_interpolation_between_knots():
    exposure = pytest.importorskip("skimage.exposure")
    source, target = skewed((1000, 3), seed=1)
    target = target[:700]
    parameters = fit(source, target)
    expected = exposure.match_histograms(source, target, channel_axis=-1)
    moved = quantile.apply(source, parameters)
    widest = np.diff(parameters["target-knots"], axis=1).max(axis=1)
    assert (np.abs(moved - expected).max(axis=0) <= widest).all()
    assert np.abs(moved - expected).mean() < 0.02


def test_knots_are_numpys_quantiles():
    source, target = skewed((333, 4), seed=2)
    parameters = fit(source, target)
    levels = np.linspace(0, 1, quantile.KNOTS)
    for name, values in (("source-knots", source), ("target-knots", target)):
        expected = np.quantile(values.astype(float), levels, axis=0).T
        np.testing.assert_allclose(parameters[name], expected, rtol=1e-12, atol=1e-12)


def test_beyond_the_outermost_knots_distances_are_kept():
    source, target = skewed((100, 2), seed=3)
    far = np.stack([source.min(axis=0) - 7, source.max(axis=0) + 5])
    moved = quantile.apply(far, fit(source, target))
    np.testing.assert_allclose(moved, [target.min(axis=0) - 7, target.max(axis=0) + 5], rtol=1e-5)


def test_a_value_that_many_source_rows_have_goes_to_the_mean_of_its_ranks():
    source, target = np.zeros((400, 1), np.float32), np.linspace(0, 4, 401, dtype=np.float32)[:, None]
    source[200:, 0] = np.linspace(1, 2, 200)
    moved = quantile.apply(np.array([[0], [2]], np.float32), fit(source, target))
    np.testing.assert_allclose(moved[:, 0], [1, 4], atol=0.02)


def test_a_map_fitted_a_few_latents_at_a_time_is_the_same(monkeypatch):
    source, target = skewed((60, 11), seed=4)
    expected = fit(source, target)
    monkeypatch.setattr(quantile, "_VALUES_AT_ONCE", 60 * 4)
    for name, values in fit(source, target).items():
        np.testing.assert_array_equal(values, expected[name])


def test_one_row_a_side_is_too_few():
    with pytest.raises(InvalidInput, match="2 rows a side; the source has 1"):
        fit(np.zeros((1, 3), np.float32), np.zeros((5, 3), np.float32))


columns = arrays(
    np.float32, st.tuples(st.integers(2, 30), st.just(1)), elements=st.floats(-100, 100, width=16)
)


@given(columns, columns, columns)
@settings(max_examples=60, deadline=None)
def test_order_is_kept_whatever_the_ties(source, target, new):
    moved = quantile.apply(np.sort(new, axis=0), fit(source, target)).astype(float)
    assert (np.diff(moved, axis=0) >= -1e-4).all()
