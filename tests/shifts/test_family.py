"""What every shift must do; a new one is covered unedited."""

import numpy as np
import pytest

from synthgap_cli import plugins
from synthgap_cli.errors import InvalidInput
from synthgap_cli.statistics.rows import ArrayRows

FAMILY = "synthgap_cli.shifts"
METHODS = plugins.names(FAMILY)


@pytest.fixture(params=METHODS)
def shift(request):
    return plugins.load(FAMILY, request.param)


@pytest.fixture
def latents():
    rng = np.random.default_rng(0)
    source = rng.normal(1, 2, (80, 6)).astype(np.float32)
    target = rng.normal(-3, 0.5, (90, 6)).astype(np.float32)
    return source, target


def fit(shift, source, target, **rows):
    return shift.fit(ArrayRows(source, 17), ArrayRows(target, 23), **rows)


def test_strength_zero_changes_no_bit(shift, latents):
    source, target = latents
    source[0] = [-0.0, 0.0, 1e-42, -1e38, 1e38, -0.0]
    target[:, 3:] += 6  # so that some means rise, and some fall
    moved = shift.apply(source, fit(shift, source, target), 0)
    assert moved.tobytes() == source.tobytes()
    assert not np.shares_memory(moved, source)


def test_full_strength_is_the_default_and_brings_the_means_together(shift, latents):
    source, target = latents
    parameters = fit(shift, source, target)
    moved = shift.apply(source, parameters)
    assert moved.dtype == np.float32
    assert moved.shape == source.shape
    np.testing.assert_array_equal(moved, shift.apply(source, parameters, 1))
    np.testing.assert_allclose(moved.mean(axis=0, dtype=float), target.mean(axis=0, dtype=float), atol=1e-5)


def test_parameters_are_named_float64_arrays_and_all_that_new_latents_need(shift, latents):
    source, target = latents
    parameters = fit(shift, source, target)
    assert all(
        isinstance(values, np.ndarray) and values.dtype == np.float64 for values in parameters.values()
    )
    stored = {name: np.frombuffer(v.tobytes()).reshape(v.shape) for name, v in parameters.items()}
    new = np.random.default_rng(1).normal(size=(5, 6)).astype(np.float32)
    np.testing.assert_array_equal(shift.apply(new, parameters, 0.7), shift.apply(new, stored, 0.7))


def test_latents_move_one_by_one(shift, latents):
    source, target = latents
    parameters = fit(shift, source, target)
    one_by_one = np.concatenate([shift.apply(row[None], parameters, 0.5) for row in source])
    np.testing.assert_array_equal(one_by_one, shift.apply(source, parameters, 0.5))


def test_neither_fit_nor_apply_changes_its_input(shift, latents):
    source, target = latents
    before = source.copy(), target.copy()
    parameters = fit(shift, source, target)
    kept = {name: values.copy() for name, values in parameters.items()}
    shift.apply(source, parameters, 0.5)
    np.testing.assert_array_equal(source, before[0])
    np.testing.assert_array_equal(target, before[1])
    for name, values in parameters.items():
        np.testing.assert_array_equal(values, kept[name])


def test_only_the_chosen_rows_are_fitted_on(shift, latents):
    source, target = latents
    chosen = np.arange(0, 80, 2)
    parameters = fit(shift, source, target, source_rows=chosen, target_rows=chosen)
    alone = fit(shift, source[chosen], target[chosen])
    for name, values in alone.items():
        np.testing.assert_allclose(parameters[name], values, rtol=1e-12)


def test_latents_of_different_length_are_refused(shift, latents):
    source, target = latents
    with pytest.raises(InvalidInput, match="6 components, the other 5"):
        fit(shift, source, target[:, :5])


def test_a_side_without_rows_is_refused(shift, latents):
    source, target = latents
    with pytest.raises(InvalidInput, match="the target has 0"):
        fit(shift, source, target[:0])


def test_a_latent_that_is_not_finite_is_named(shift, latents):
    source, target = latents
    source[7, 4] = np.nan
    with pytest.raises(InvalidInput, match="Component 4 "):
        fit(shift, source, target)
