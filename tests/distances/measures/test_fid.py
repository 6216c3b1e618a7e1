import numpy as np
import pytest
from scipy import linalg

from synthgap_cli.distances.measures._gaussians import FittedNormal, fit_normal, frechet_distance
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.rows import ArrayRows


def by_matrix_root(first, second):
    covariances = [np.cov(rows, rowvar=False) for rows in (first, second)]
    root = linalg.sqrtm(covariances[0] @ covariances[1])
    shift = np.sum((first.mean(0) - second.mean(0)) ** 2)
    return shift + np.trace(covariances[0] + covariances[1] - 2 * root.real)


def test_it_is_the_formula_with_a_matrix_square_root(samples, between):
    assert between("fid", *samples) == pytest.approx(by_matrix_root(*samples), rel=1e-10)


def test_known_normals_have_their_closed_form():
    first = FittedNormal(np.zeros(3), np.diag([1.0, 2.0, 3.0]))
    second = FittedNormal(np.ones(3), np.diag([2.0, 2.0, 5.0]))
    # axes agree: the squared differences of means and of standard deviations
    assert frechet_distance(first, second) == pytest.approx(3 + 1 + 0 + 4, rel=1e-14)


def test_fewer_rows_than_components_give_what_padding_with_rotation_gives(between):
    rng = np.random.default_rng(0)
    small = rng.normal(size=(9, 4)), rng.normal(1, 2, size=(8, 4))
    axes = linalg.qr(rng.normal(size=(40, 40)))[0][:4]  # isometry into 40 components: n < D there
    wide = [rows @ axes for rows in small]
    assert between("fid", *wide) == pytest.approx(between("fid", *small), rel=1e-10)


def test_equal_rows_are_at_distance_zero_whatever_their_rank(between):
    rows = np.random.default_rng(0).normal(size=(30, 12))
    rows[:, 6:] = rows[:, :6]  # a singular covariance, on which a matrix root loses half the digits
    assert abs(between("fid", rows, rows[::-1])) < 1e-12 * np.var(rows) * 12


def test_the_root_of_many_rows_is_that_of_their_covariance():
    rows = np.random.default_rng(1).normal(5, 1, size=(500, 4)) * [1, 10, 100, 1000]
    pool = PooledRows(ArrayRows(rows[:200], 31), ArrayRows(rows[200:], 64))
    fitted = fit_normal(pool, None)
    assert fitted.root.shape == (4, 4)
    np.testing.assert_allclose(fitted.root.T @ fitted.root, np.cov(rows, rowvar=False), rtol=1e-10)


def test_small_samples_of_one_distribution_lie_as_far_apart_as_random_matrices_say(between):
    """The bias that floors are for: of unit normals, to first order, D (D + 5) / (2 n)."""
    rng = np.random.default_rng(0)
    values = [between("fid", *rng.normal(size=(2, 400, 8)), block_size=400) for _ in range(60)]
    assert np.mean(values) == pytest.approx(8 * 13 / 800, rel=0.06)


def test_one_row_has_no_distance(between):
    assert np.isnan(between("fid", np.ones((1, 3)), np.eye(3)))
