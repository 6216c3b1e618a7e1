import numpy as np
import pytest

from synthgap_cli.shifts.shift import Setting
from synthgap_cli.shifts.subspace import fit_subspace
from synthgap_cli.statistics.rows import ArrayRows


def fit(source, target):
    setting = Setting((source.shape[1],))
    return fit_subspace(
        ArrayRows(source), ArrayRows(target), setting=setting, source_rows=None, target_rows=None
    )


def two_sides(num_rows, num_latents=100):
    rng = np.random.default_rng(0)
    scale = np.arange(1, num_latents + 1) ** -0.7
    return rng.normal(0, 1, (num_rows, num_latents)) * scale, rng.normal(
        2, 1, (num_rows, num_latents)
    ) * scale


@pytest.mark.parametrize("num_rows", [60, 300])
def test_directions_are_the_principal_ones_of_both_covariances_together(num_rows):
    source, target = two_sides(num_rows)
    directions = fit(source, target).directions
    assert directions.shape == (64, 100)
    np.testing.assert_allclose(directions @ directions.T, np.eye(64), atol=1e-10)
    total = np.cov(source.T) + np.cov(target.T)
    most = np.sort(np.linalg.eigvalsh(total))[-64:].sum()
    assert np.trace(directions @ total @ directions.T) == pytest.approx(most, rel=1e-10)


def test_rows_that_span_little_give_few_directions():
    assert fit(*two_sides(5)).directions.shape == (8, 100)


def test_up_to_64_latents_are_taken_as_they_are():
    np.testing.assert_array_equal(fit(*two_sides(30, 40)).directions, np.eye(40))
