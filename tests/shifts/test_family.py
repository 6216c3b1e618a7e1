"""What every shift must do; a new one is covered unedited."""

import numpy as np
import pytest

from synthgap_cli.errors import InputMissing, InvalidInput
from synthgap_cli.shifts.shift import Setting, is_map_shift, load_shift, shift_names
from synthgap_cli.statistics.rows import ArrayRows

OF_LATENTS = [name for name in shift_names() if name != "pyramid"]  # which moves images of three colours


@pytest.fixture(params=OF_LATENTS)
def shift(request, latents):
    return loaded(request.param, latents)


@pytest.fixture(params=[name for name in OF_LATENTS if name != "none"])
def mover(request, latents):
    return loaded(request.param, latents)


@pytest.fixture(params=[name for name in OF_LATENTS if name not in ("none", "fourier")])
def domain_mover(request, latents):
    """All but fourier, which gives each image the mean colour of the target's mean image."""
    return loaded(request.param, latents)


@pytest.fixture(params=[name for name in OF_LATENTS if is_map_shift(load_shift(name))])
def map_shift(request, latents):
    return loaded(request.param, latents)


def loaded(name, latents):
    method = load_shift(name)
    try:
        fit(method, *latents)
    except InputMissing as missing:
        pytest.skip(missing.message)
    return method


@pytest.fixture
def latents():
    rng = np.random.default_rng(0)
    source = rng.normal(1, 2, (80, 6)).astype(np.float32)
    target = rng.normal(-3, 0.5, (90, 6)).astype(np.float32)
    return source, target


def fit(shift, source, target, *, seed=0, **rows):
    setting = Setting((source.shape[1] // 2, 2, 1), seed)
    return shift.fit(ArrayRows(source, 17), ArrayRows(target, 23), setting=setting, **rows)


def test_strength_zero_changes_no_bit(shift, latents):
    source, target = latents
    target[:, 3:] += 6  # so that some means rise, and some fall
    parameters = fit(shift, source, target)
    source[0] = [-0.0, 0.0, 1e-42, -1e38, 1e38, -0.0]
    moved = shift.apply(source, parameters, 0)
    assert moved.tobytes() == source.tobytes()
    assert not np.shares_memory(moved, source)


def test_full_strength_is_the_default_and_brings_the_means_together(domain_mover, latents):
    source, target = latents
    parameters = fit(domain_mover, source, target)
    moved = domain_mover.apply(source, parameters)
    assert moved.dtype == np.float32
    assert moved.shape == source.shape
    np.testing.assert_array_equal(moved, domain_mover.apply(source, parameters, 1))
    np.testing.assert_allclose(moved.mean(axis=0, dtype=float), target.mean(axis=0, dtype=float), atol=0.2)
    assert abs(moved.mean(dtype=float) - target.mean(dtype=float)) < 0.02  # from 4 apart


def test_strength_is_the_share_of_the_way(shift, latents):
    source, target = latents
    parameters = fit(shift, source, target)
    way = shift.apply(source, parameters).astype(float) - source
    for strength in (0.25, 1.5):
        moved = shift.apply(source, parameters, strength)
        np.testing.assert_allclose(moved - source.astype(float), strength * way, atol=1e-5)


def test_parameters_are_named_float64_arrays_and_all_that_new_latents_need(shift, latents):
    source, target = latents
    parameters = fit(shift, source, target)
    for name, values in parameters.items():
        assert isinstance(values, np.ndarray) and values.dtype == np.float64, name
        assert values.ndim in (1, 2) and "/" not in name, "a latent store holds no other"
    stored = {name: np.frombuffer(v.tobytes()).reshape(v.shape) for name, v in parameters.items()}
    new = np.random.default_rng(1).normal(size=(5, 6)).astype(np.float32)
    np.testing.assert_array_equal(shift.apply(new, parameters, 0.7), shift.apply(new, stored, 0.7))


def test_latents_move_one_by_one(shift, latents):
    source, target = latents
    parameters = fit(shift, source, target)
    one_by_one = np.concatenate([shift.apply(row[None], parameters, 0.5) for row in source])
    np.testing.assert_allclose(one_by_one, shift.apply(source, parameters, 0.5), rtol=1e-6, atol=1e-7)


def test_latents_and_the_maps_that_they_are_move_alike(map_shift, latents):
    source, target = latents
    parameters = fit(map_shift, source, target)
    maps = source.reshape(-1, 3, 2, 1)
    for strength in (0, 0.7):
        moved = map_shift.apply_to_maps(maps, parameters, strength)
        assert moved.dtype == np.float32 and not np.shares_memory(moved, maps)
        assert moved.tobytes() == map_shift.apply(source, parameters, strength).tobytes()


def test_a_name_with_hyphens_is_the_one_with_underscores():
    assert load_shift("channel-ot") is load_shift("channel_ot")


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
    there = fit(shift, source, target, source_rows=chosen, target_rows=chosen)
    alone = fit(shift, source[chosen], target[chosen])
    np.testing.assert_allclose(shift.apply(source, there), shift.apply(source, alone), atol=1e-4)


def test_the_order_of_rows_does_not_matter(shift, latents):
    source, target = latents
    turned = fit(shift, source[::-1], target[::-1])
    expected = shift.apply(source, fit(shift, source, target))
    np.testing.assert_allclose(shift.apply(source, turned), expected, atol=1e-4)


def test_the_same_seed_gives_the_same_map(shift, latents):
    once, again = fit(shift, *latents, seed=3), fit(shift, *latents, seed=3)
    for name, values in once.items():
        np.testing.assert_array_equal(values, again[name])


def test_moving_either_side_moves_nothing_but_the_result(mover, latents):
    source, target = latents
    expected = mover.apply(source, fit(mover, source, target)).astype(float)
    to, away = np.float32([4, 4, -8, -8, 2, 2]), np.float32([-16, -16, 8, 8, 1, 1])  # alike in a channel
    moved = mover.apply(source + to, fit(mover, source + to, target + away))
    np.testing.assert_allclose(moved - away, expected, atol=0.01)  # float32 rounds other digits away


def test_equal_distributions_are_left_almost_alone(domain_mover):
    rng = np.random.default_rng(0)
    source, target, held_out = rng.normal(size=(3, 900, 4)).astype(np.float32)
    moved = domain_mover.apply(held_out, fit(domain_mover, source, target))
    assert np.sqrt(np.mean((moved - held_out) ** 2)) < 0.35, "of a standard deviation"


def test_components_constant_on_one_side_or_both_end_at_the_targets_mean(mover):
    rng = np.random.default_rng(0)
    source = rng.normal(1, 2, (80, 12)).astype(np.float32)
    target = rng.normal(-3, 0.5, (90, 12)).astype(np.float32)
    source[:, 6:10] = 5
    target[:, 8:] = 7
    moved = mover.apply(source, fit(mover, source, target))
    np.testing.assert_allclose(moved.mean(axis=0), target.mean(axis=0, dtype=float), atol=0.2)
    assert np.abs(moved[:, 8:10] - 7).mean() < 0.3


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
