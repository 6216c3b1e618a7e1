import numpy as np
import pytest

from synthgap_cli.shifts.discriminant import by_likelihood, by_nearest_centre, find_kinds
from synthgap_cli.shifts.subspace import Subspace


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    kinds = rng.choice(3, 900, p=[0.6, 0.3, 0.1])
    mixing = rng.normal(size=(5, 5))
    return (rng.normal(size=(900, 5)) + 1.5 * np.eye(5)[kinds]) @ mixing + 7, kinds


def test_the_nearest_centre_is_found(rows):
    values, _ = rows
    subspace = Subspace(values.mean(axis=0), values.mean(axis=0), np.eye(5))
    centres = np.random.default_rng(1).normal(size=(4, 5))
    distances = ((values[:, None] - values.mean(axis=0) - centres) ** 2).sum(axis=2)
    found = find_kinds(values.astype(np.float32), by_nearest_centre(centres, subspace))
    np.testing.assert_array_equal(found, distances.argmin(axis=1))


def test_the_likeliest_kind_is_scikit_learns(rows):
    values, kinds = rows
    subspace = Subspace(values.mean(axis=0), values.mean(axis=0), np.eye(5))
    discriminant = pytest.importorskip("sklearn.discriminant_analysis").LinearDiscriminantAnalysis()
    expected = discriminant.fit(values, kinds).predict(values)
    scores = by_likelihood(values - values.mean(axis=0), kinds, 3, subspace)
    found = find_kinds(values.astype(np.float32), scores)
    assert np.mean(found == expected) > 0.97  # theirs is not shrunk


def test_a_kind_that_no_row_is_of_is_never_found(rows):
    values, kinds = rows
    subspace = Subspace(values.mean(axis=0), values.mean(axis=0), np.eye(5))
    scores = by_likelihood(values - values.mean(axis=0), kinds + (kinds > 0), 5, subspace)
    assert set(find_kinds(values.astype(np.float32), scores)) == {0, 2, 3}
