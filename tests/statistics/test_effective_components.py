import numpy as np
import pytest

from synthgap_cli.statistics.effective_components import effective_components


def of_matrix(correlation):
    return np.trace(correlation) ** 2 / np.trace(correlation @ correlation)


@pytest.mark.parametrize("num_components", [50, 1000])
@pytest.mark.parametrize("shared", [0.0, 0.05, 0.3, 0.95])
def test_it_is_the_participation_ratio_of_the_true_correlations(num_components, shared):
    rng = np.random.default_rng(0)
    common = rng.normal(size=(400, 1))
    rows = np.sqrt(shared) * common + rng.normal(0, np.sqrt(1 - shared), (400, num_components))
    correlation = np.full((num_components, num_components), shared)
    np.fill_diagonal(correlation, 1)
    found = effective_components(rows - rows.mean(axis=0), np.arange(400))
    assert found == pytest.approx(of_matrix(correlation), rel=0.25)


def test_rows_of_one_scene_do_not_make_components_seem_alike():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(80), 5)
    rows = rng.normal(0, np.sqrt(0.9), (80, 300))[groups] + rng.normal(0, np.sqrt(0.1), (400, 300))
    rows -= rows.mean(axis=0)
    assert effective_components(rows, groups) == pytest.approx(300, rel=0.1)
    assert effective_components(rows, np.arange(400)) < 200


def test_means_estimated_from_few_rows_do_not_lower_it():
    rows = np.random.default_rng(0).normal(size=(30, 4000))
    rows -= rows.mean(axis=0)
    assert effective_components(rows, np.arange(30)) == pytest.approx(4000, rel=0.15)


def test_one_component_is_one_and_one_group_tells_nothing():
    rows = np.random.default_rng(0).normal(size=(50, 1))
    assert effective_components(rows, np.arange(50)) == 1
    assert np.isnan(effective_components(rows, np.zeros(50)))
    assert np.isnan(effective_components(rows[:, :0], np.arange(50)))
