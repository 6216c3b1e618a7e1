import numpy as np
import pytest
from scipy import stats

from synthgap_cli.distances.measures.sliced_wasserstein import random_directions


def test_it_is_the_mean_of_scipys_over_the_directions(samples, between):
    directions = random_directions(6, np.random.default_rng(0))
    assert directions.shape == (6, 128)
    expected = np.mean(
        [stats.wasserstein_distance(*(side @ direction for side in samples)) for direction in directions.T]
    )
    assert between("sliced_wasserstein", *samples, seed=0) == pytest.approx(expected, rel=1e-10)


def test_a_pure_shift_moves_every_row_by_its_projection(between):
    rows = np.random.default_rng(0).normal(size=(40, 3))
    shift = np.array([3.0, 0.0, 4.0])
    directions = random_directions(3, np.random.default_rng(0))
    expected = np.abs(shift @ directions).mean()
    assert between("sliced_wasserstein", rows, rows + shift) == pytest.approx(expected, rel=1e-10)
