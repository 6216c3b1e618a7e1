import numpy as np

from synthgap_cli.shifts.neighbours import NEIGHBOURS, cut, neighbourhood, spread, vote


def test_votes_are_the_shares_of_the_nearest_labelled_rows():
    rng = np.random.default_rng(0)
    labelled, kinds, rows = rng.normal(size=(60, 3)), rng.integers(0, 4, 60), rng.normal(size=(25, 3))
    distances = ((rows[:, None] - labelled) ** 2).sum(axis=2)
    nearest = kinds[np.argsort(distances, axis=1)[:, :NEIGHBOURS]]
    expected = np.stack([(nearest == kind).mean(axis=1) for kind in range(4)], axis=1)
    np.testing.assert_allclose(vote(labelled, kinds, rows, 4), expected)


def test_rows_are_joined_where_either_is_near_the_other():
    rows = np.random.default_rng(0).normal(size=(40, 3))
    distances = ((rows[:, None] - rows) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    near = np.zeros((40, 40), dtype=bool)
    near[np.arange(40)[:, None], np.argsort(distances, axis=1)[:, :NEIGHBOURS]] = True
    joined = near | near.T
    degrees = joined.sum(axis=1)
    expected = joined / np.sqrt(np.outer(degrees, degrees))
    np.testing.assert_allclose(neighbourhood(rows).toarray(), expected)


def test_neighbours_overrule_one_that_says_otherwise():
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(0, 1, (30, 2)), rng.normal(20, 1, (30, 2))])
    said = np.repeat([[0.9, 0.1], [0.1, 0.9]], 30, axis=0)
    said[:4] = [0.2, 0.8]
    agreed = spread(said, neighbourhood(rows))
    np.testing.assert_array_equal(agreed.argmax(axis=1), np.repeat([0, 1], 30))
    np.testing.assert_allclose(agreed.sum(axis=1), 1)


def test_fewer_rows_than_neighbours_do():
    rows = np.arange(3.0)[:, None]
    assert vote(rows, np.array([0, 1, 1]), rows, 2).shape == (3, 2)
    assert spread(np.eye(2)[:1], neighbourhood(rows[:1])).tolist() == [[1, 0]]


def test_clusters_that_are_kinds_are_not_cut_and_one_in_two_kinds_is():
    rng = np.random.default_rng(0)
    graph = neighbourhood(np.concatenate([rng.normal(0, 1, (40, 2)), rng.normal(50, 1, (40, 2))]))
    kinds = np.repeat([0, 1], 40)
    assert cut(kinds, graph, 2) == 0
    assert cut(rng.permutation(kinds), graph, 2) > 0.4
    assert cut(np.zeros(80, dtype=int), graph, 2) == 0.5, "a kind without rows counts as cut through"
