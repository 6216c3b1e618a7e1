import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from synthgap_cli.distances.gap import GapSettings, measure_gap
from synthgap_cli.distances.measures import c2st
from synthgap_cli.distances.measures._classifiers import fit_logistic, fit_mlp
from synthgap_cli.distances.pool import PooledRows
from synthgap_cli.statistics.rows import ArrayRows


def test_the_area_is_near_that_of_the_best_classifier(between):
    rng = np.random.default_rng(0)
    rows = rng.normal(np.array([0, 0.5])[:, None, None], size=(2, 600, 4))
    best = stats.norm.cdf(np.sqrt(4 * 0.25) / np.sqrt(2))
    assert between("c2st", *rows, block_size=600) == pytest.approx(best, abs=0.03)


def test_a_difference_in_spread_alone_is_seen(between):
    """No logistic regression on the features can: the network is chosen, on rows that are not scored."""
    rng = np.random.default_rng(0)
    assert between("c2st", rng.normal(size=(400, 3)), 2 * rng.normal(size=(400, 3)), block_size=400) > 0.7


def test_the_logistic_regression_is_scikit_learns():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 5)).astype(np.float32)
    labels = np.where(inputs @ rng.normal(size=5) + rng.normal(size=300) > 0, 1, -1).astype(np.int8)
    used = rng.random(300) < 0.7
    columns = np.stack([labels, np.where(used, labels, 0)], axis=1).astype(np.int8)
    scores = fit_logistic(inputs, columns, penalty=0.1)(inputs)
    for column, rows in enumerate((np.ones(300, dtype=bool), used)):
        oracle = LogisticRegression(C=1 / (0.1 * rows.sum()), tol=1e-10).fit(inputs[rows], labels[rows])
        assert np.corrcoef(scores[:, column], oracle.decision_function(inputs))[0, 1] > 0.9999


def test_each_column_learns_its_own_labels():
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(300, 4)).astype(np.float32)
    labels = np.sign(inputs[:, :2]).astype(np.int8)  # one column by the first input, one by the second
    for fit in (lambda: fit_logistic(inputs, labels, penalty=0.01), lambda: fit_mlp(inputs, labels, rng=rng)):
        scores = fit()(inputs)
        for column in range(2):
            assert roc_auc_score(labels[:, column], scores[:, column]) > 0.98


def test_no_scene_is_learned_from_and_scored():
    """Scenes are recognised, domains are not: scored with its scene known, this would be near 1."""
    rng = np.random.default_rng(0)
    scenes = np.repeat(np.arange(40), 10)
    rows = 5 * rng.normal(size=(40, 30))[scenes] + rng.normal(size=(400, 30))
    pool = PooledRows(ArrayRows(rows[:200]), ArrayRows(rows[200:]))
    settings = GapSettings(5, 19, 0)
    (known,) = measure_gap(pool, (scenes[:200], scenes[200:]), ["c2st"], settings)
    (unknown,) = measure_gap(pool, None, ["c2st"], settings)
    assert unknown.value > 0.9
    assert known.value < 0.75
    assert known.p_value > 0.05
    assert known.interval[0] < 0.5


def test_areas_are_scikit_learns_ties_included():
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 5, size=(50, 2)).astype(np.float32)
    labels = rng.choice([-1, 0, 1], size=(50, 2)).astype(np.int8)
    found = c2st._areas(scores, labels)
    for column in range(2):
        used = labels[:, column] != 0
        expected = roc_auc_score(labels[used, column], scores[used, column])
        assert found[column] == pytest.approx(expected, rel=1e-12)
