"""The maps between normal distributions, against closed forms and POT (extra ``oracles``)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg
from sklearn.covariance import ledoit_wolf

from synthgap_cli.shifts.methods import coral, ot
from synthgap_cli.shifts.methods.coral import coral_matrix
from synthgap_cli.shifts.methods.ot import monge_matrix
from synthgap_cli.shifts.shift import Setting
from synthgap_cli.statistics.rows import ArrayRows

BOTH = pytest.mark.parametrize("shift", [ot, coral], ids=["ot", "coral"])


def fit(shift, source, target):
    return shift.fit(ArrayRows(source, 64), ArrayRows(target, 64), setting=Setting((source.shape[1],)))


def two_sides(num_rows, num_latents, seed=0):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(2, num_latents, num_latents)) / np.sqrt(num_latents)
    sizes = (num_rows, num_rows + num_rows // 3)
    return [rng.normal(i, 1, (n, num_latents)) @ mixing[i] for i, n in enumerate(sizes)]


def shrunk(values):
    return ledoit_wolf(values)[0] * len(values) / (len(values) - 1)


def full_matrix(shift, source, target):
    """Return the map from D x D matrices, by scipy's square root."""
    root = linalg.sqrtm(source).real
    if shift is coral:
        return linalg.inv(root) @ linalg.sqrtm(target).real
    return linalg.inv(root) @ linalg.sqrtm(root @ target @ root).real @ linalg.inv(root)


def in_float64(parameters, values):
    """Return where values go, before they are rounded to float32."""
    moments = values - parameters["source-mean"], parameters["target-mean"]
    matrix = parameters["matrix"]
    if "span" in parameters:
        span, gain = parameters["span"], parameters["gain-elsewhere"]
        matrix = gain * np.eye(values.shape[1]) + span.T @ (matrix - gain * np.eye(len(matrix))) @ span
    return moments[1] + moments[0] @ matrix


@BOTH
def test_the_low_rank_form_is_the_full_matrix(shift):
    source, target = two_sides(100, 256)
    parameters = fit(shift, source, target)
    assert parameters["span"].shape == (99 + 132, 256), "nothing of 256 x 256 is kept"
    expected = target.mean(axis=0) + (source - source.mean(axis=0)) @ full_matrix(
        shift, shrunk(source), shrunk(target)
    )
    np.testing.assert_allclose(in_float64(parameters, source), expected, rtol=0, atol=1e-8)
    moved = shift.apply(source.astype(np.float32), parameters)
    np.testing.assert_allclose(moved, expected, rtol=1e-5, atol=1e-5)


@BOTH
@pytest.mark.parametrize("size", [(300, 12), (30, 40)], ids=str)
def test_means_and_shrunk_covariances_become_the_targets(shift, size):
    source, target = two_sides(*size)
    parameters = fit(shift, source, target)
    matrix = parameters["matrix"]
    np.testing.assert_allclose(matrix.T @ shrunk(source) @ matrix, shrunk(target), rtol=1e-8, atol=1e-8)
    moved = shift.apply(source.astype(np.float32), parameters)
    np.testing.assert_allclose(moved.mean(axis=0, dtype=float), target.mean(axis=0), atol=1e-5)


def test_ot_is_pots():
    pot = pytest.importorskip("ot")
    source, target = two_sides(200, 10)
    matrix, offset = pot.gaussian.bures_wasserstein_mapping(
        source.mean(axis=0), target.mean(axis=0), shrunk(source), shrunk(target)
    )
    found = in_float64(fit(ot, source, target), source)
    np.testing.assert_allclose(found, source @ matrix + offset, rtol=1e-8, atol=1e-8)


def test_of_many_rows_ot_is_pots_map_of_the_samples():
    pot = pytest.importorskip("ot")
    source, target = two_sides(60_000, 3)  # so many that next to nothing is shrunk
    expected = pot.da.LinearTransport(reg=1e-12).fit(Xs=source, Xt=target).transform(Xs=source)
    np.testing.assert_allclose(in_float64(fit(ot, source, target), source), expected, atol=2e-3)


def test_along_common_axes_both_are_ratios_of_standard_deviations():
    pot = pytest.importorskip("ot")
    source, target = np.diag([1.0, 4.0, 9.0]), np.diag([4.0, 1.0, 36.0])
    expected = pot.gaussian.bures_wasserstein_mapping(np.zeros(3), np.zeros(3), source, target)[0]
    np.testing.assert_allclose(monge_matrix(source, target), expected, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(coral_matrix(source, target), expected, rtol=1e-8, atol=1e-12)


def test_ot_goes_the_shorter_way():
    source, target = map(shrunk, two_sides(400, 8))
    way = [
        np.trace(source + target - 2 * source @ matrix_of(source, target))
        for matrix_of in (monge_matrix, coral_matrix)
    ]
    distance = np.trace(source + target - 2 * linalg.sqrtm(source @ target).real)  # of Fréchet
    assert way[0] == pytest.approx(distance, rel=1e-8)
    assert way[0] < way[1]


@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(-3, 3))
@settings(max_examples=40, deadline=None)
def test_ot_of_any_two_covariances_is_symmetric_positive_and_reaches_the_second(seed, size, exponent):
    rng = np.random.default_rng(seed)
    source, target = (root @ root.T + 1e-3 * np.eye(size) for root in rng.normal(size=(2, size, size)))
    target *= 10**exponent
    matrix = monge_matrix(source, target)
    np.testing.assert_array_equal(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > 0
    np.testing.assert_allclose(matrix @ source @ matrix, target, rtol=1e-6, atol=1e-7 * np.trace(target))


@BOTH
def test_the_matrix_is_the_same_whichever_rows_are_read_at_once(shift):
    source, target = two_sides(50, 70)
    setting = Setting((70,))
    once = shift.fit(ArrayRows(source, 7), ArrayRows(target, 9), setting=setting)
    again = shift.fit(ArrayRows(source, 1000), ArrayRows(target, 1000), setting=setting)
    np.testing.assert_allclose(in_float64(once, source), in_float64(again, source), rtol=1e-9, atol=1e-9)
