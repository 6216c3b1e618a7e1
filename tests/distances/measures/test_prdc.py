import numpy as np
import pytest
from scipy.spatial.distance import cdist

from synthgap_cli.distances.measures import prdc


def written_out(first, second):
    radii = [np.sort(cdist(side, side), axis=1)[:, 5] for side in (first, second)]
    between = cdist(first, second)
    in_first = between <= radii[0][:, None]
    return [
        in_first.any(axis=0).mean(),
        (between <= radii[1]).any(axis=1).mean(),
        in_first.sum(axis=0).mean() / 5,
        in_first.any(axis=1).mean(),
    ]


def test_the_four_numbers_are_those_of_their_definitions(samples, between):
    np.testing.assert_allclose(between("prdc", *samples), written_out(*samples), rtol=1e-12)


def test_blocks_of_rows_are_put_together_rightly(samples, between, monkeypatch):
    monkeypatch.setattr(prdc, "BLOCK", 9)
    monkeypatch.setattr(prdc, "LOOKED_AT", 100)
    np.testing.assert_allclose(between("prdc", *samples), written_out(*samples), rtol=1e-12)


@pytest.mark.parametrize("first_look", [1, 6, 30, 1000])
def test_how_many_neighbours_are_looked_at_first_does_not_matter(samples, between, monkeypatch, first_look):
    monkeypatch.setattr(prdc, "FIRST_LOOK", first_look)
    np.testing.assert_allclose(between("prdc", *samples), written_out(*samples), rtol=1e-12)


def test_rows_that_occur_many_times_lie_in_each_others_balls(between):
    twice = np.repeat(np.random.default_rng(0).normal(size=(20, 2)), 10, axis=0)
    np.testing.assert_allclose(between("prdc", twice, twice[5:]), written_out(twice, twice[5:]), rtol=1e-12)


def test_a_set_that_has_collapsed_is_precise_but_covers_nothing(between):
    rng = np.random.default_rng(0)
    real = rng.normal(size=(200, 2))
    precision, recall, density, coverage = between("prdc", real, rng.normal(size=(200, 2)) * 0.01)
    assert precision == 1
    assert density > 1
    assert recall < 0.1
    assert coverage < 0.2


def test_five_rows_have_no_fifth_neighbour(between):
    assert np.isnan(between("prdc", np.eye(5), np.eye(5) + 1)).all()
