import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts.methods import standardise
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows


def fit(source, target):
    return standardise.fit(ArrayRows(source), ArrayRows(target), setting=Setting((source.shape[1],)))


def normal(mean, spread, size, seed):
    return np.random.default_rng(seed).normal(mean, spread, size).astype(np.float32)


@pytest.mark.parametrize("level", [0, 1e3])
def test_means_and_standard_deviations_agree_on_the_fitting_rows(level):
    source = normal(level, [0.1, 1, 20], (2000, 3), seed=0)
    target = normal(level + 3, [5, 2, 0.5], (1500, 3), seed=1)
    moved = standardise.apply(source, fit(source, target)).astype(np.float64)
    np.testing.assert_allclose(moved.mean(axis=0), target.mean(axis=0, dtype=float), rtol=1e-5)
    np.testing.assert_allclose(moved.std(axis=0, ddof=1), target.std(axis=0, ddof=1, dtype=float), rtol=1e-4)


def test_correlations_stay_the_sources():
    source = normal(0, 1, (1000, 4), seed=0) @ normal(0, 1, (4, 4), seed=2)
    target = normal(1, 3, (1000, 4), seed=1)
    moved = standardise.apply(source, fit(source, target))
    np.testing.assert_allclose(np.corrcoef(moved.T), np.corrcoef(source.T), atol=1e-5)


@pytest.mark.parametrize("value", [0, 0.1, 1e6])
def test_a_latent_constant_in_the_source_is_only_moved(value):
    source, target = normal(0, 1, (100, 2), seed=0), normal(5, 3, (100, 2), seed=1)
    source[:, 0] = value
    parameters = fit(source, target)
    assert parameters["gain"][0] == 1
    moved = standardise.apply(source, parameters)
    np.testing.assert_allclose(moved[:, 0], target[:, 0].mean(dtype=float), rtol=1e-6)
    # and what varies later keeps its own scale
    later = source[:1] + np.array([[0.5, 0]], np.float32)
    difference = standardise.apply(later, parameters)[0, 0] - moved[0, 0]
    assert difference == pytest.approx(0.5, rel=1e-5)


def test_a_latent_constant_in_the_target_becomes_that_constant():
    source, target = normal(0, 1, (100, 2), seed=0), normal(5, 3, (100, 2), seed=1)
    target[:, 1] = 7
    np.testing.assert_array_equal(standardise.apply(source, fit(source, target))[:, 1], 7)


def test_half_strength_is_half_the_way():
    source, target = normal(0, 1, (100, 3), seed=0), normal(5, 3, (100, 3), seed=1)
    parameters = fit(source, target)
    full = standardise.apply(source, parameters).astype(np.float64)
    half = standardise.apply(source, parameters, 0.5)
    np.testing.assert_allclose(half, (source + full) / 2, rtol=1e-5, atol=1e-6)


def test_one_row_a_side_is_too_few():
    source, target = normal(0, 1, (1, 3), seed=0), normal(5, 3, (100, 3), seed=1)
    with pytest.raises(InvalidInput, match="2 rows a side; the source has 1"):
        fit(source, target)
