import numpy as np
import pytest

from synthgap_cli.errors import InvalidInput
from synthgap_cli.shifts import normals
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.rows import ArrayRows


def fit(values):
    rows = ArrayRows(values, 13)
    return normals.fit_normal(rows, None, stream_moments(rows.blocks(None)), rng=np.random.default_rng(0))


def covariance(normal):
    inside = normal.directions.T * (normal.variances - normal.elsewhere) @ normal.directions
    return inside + normal.elsewhere * np.eye(len(normal.mean))


def correlated(num_rows, num_latents, seed=0):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(num_latents, num_latents)) / np.arange(1, num_latents + 1)[:, None]
    return rng.normal(3, 1, (num_rows, num_latents)) @ mixing


@pytest.mark.parametrize("size", [(40, 90), (90, 40), (41, 41), (5, 60)], ids=str)
def test_the_covariance_is_ledoits_and_wolfs_with_n_less_one_below(size):
    covariances = pytest.importorskip("sklearn.covariance")
    values = correlated(*size)
    expected = covariances.ledoit_wolf(values)[0] * size[0] / (size[0] - 1)
    np.testing.assert_allclose(covariance(fit(values)), expected, rtol=1e-8, atol=1e-10)


def test_few_rows_take_no_more_directions_than_they_span():
    normal = fit(correlated(20, 500))
    assert normal.directions.shape == (19, 500)
    np.testing.assert_allclose(normal.directions @ normal.directions.T, np.eye(19), atol=1e-12)


def test_a_sketch_finds_the_leading_directions_and_keeps_the_total_variance(monkeypatch):
    rng = np.random.default_rng(0)
    strong = rng.normal(size=(400, 8)) @ rng.normal(size=(8, 300)) * 3
    values = strong + rng.normal(size=(400, 300))
    exact = fit(values)
    monkeypatch.setattr(normals, "MAX_RANK", 30)
    sketched = fit(values)
    assert sketched.directions.shape == (30, 300)
    ascending = np.sort(exact.variances)[-8:]
    np.testing.assert_allclose(np.sort(sketched.variances)[-8:], ascending, rtol=2e-3)
    total = sketched.variances.sum() + 270 * sketched.elsewhere
    assert total == pytest.approx(exact.variances.sum(), rel=1e-5)


def test_rows_that_are_all_equal_have_no_covariance():
    with pytest.raises(InvalidInput, match="All 7 rows to fit on are equal"):
        fit(np.full((7, 3), 0.1))
