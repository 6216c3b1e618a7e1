import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from synthgap_cli.shifts import agreement
from synthgap_cli.shifts.agreement import agreed_labels, cohens_kappa
from synthgap_cli.shifts.pseudo_labels import PseudoLabels

NUM_KINDS = 4


def sides(*, seed=0, apart=3.0, labels_worth_nothing=False):
    rng = np.random.default_rng(seed)
    centres = apart * rng.normal(size=(NUM_KINDS, 8)) / np.sqrt(2)
    kinds, truth = rng.integers(0, NUM_KINDS, (2, 160))
    source, target = (centres[of] + rng.normal(size=(160, 8)) for of in (kinds, truth))
    if labels_worth_nothing:
        kinds = rng.permutation(kinds)
    return source - source.mean(axis=0), kinds, target - target.mean(axis=0), truth


def test_kinds_that_lie_apart_are_found_and_agree():
    source, kinds, target, truth = sides()
    found = agreed_labels(source, kinds, target, NUM_KINDS, seed=0)
    assert found.kinds.dtype == np.intp and found.kinds.shape == (160,)
    assert np.mean(found.kinds == truth) > 0.97
    assert found.agreement > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_labels_that_have_nothing_to_do_with_the_rows_do_not_agree(seed):
    source, kinds, target, _ = sides(seed=seed, labels_worth_nothing=True)
    assert agreed_labels(source, kinds, target, NUM_KINDS, seed=0).agreement < 0.4


def test_one_fit_that_exchanges_two_kinds_is_outvoted(monkeypatch):
    source, kinds, target, truth = sides()
    exchange = np.array([1, 0, 2, 3])

    def faulty(rows, of, aims, num_kinds, *, hold=None):
        is_first = len(rows) == 160 and aims is target
        return PseudoLabels(exchange[truth] if is_first else (truth if aims is target else kinds), 1, 0, 1, 0)

    monkeypatch.setattr(agreement, "pseudo_labels", faulty)
    found = agreed_labels(source, kinds, target, NUM_KINDS, seed=0)
    np.testing.assert_array_equal(found.kinds, truth)
    expected = (6 + cohen_kappa_score(exchange[truth], truth)) / 7
    assert found.stability == pytest.approx(expected)
    assert found.way_back == 1


def test_halves_share_no_row_and_have_half_of_each_kind():
    kinds = np.repeat([0, 1, 2], [20, 11, 5])
    halves = list(agreement._halves(kinds, np.random.default_rng(0)))
    assert len(halves) == 2 * agreement.SPLITS
    for first, second in zip(halves[::2], halves[1::2], strict=True):
        np.testing.assert_array_equal(np.sort(np.concatenate([first, second])), np.arange(36))
        assert np.abs(np.bincount(kinds[first]) - np.bincount(kinds[second])).max() <= 1


def test_kappa_is_cohens():
    first, second = np.random.default_rng(0).integers(0, 5, (2, 200))
    second[:120] = first[:120]
    assert cohens_kappa(first, second) == pytest.approx(cohen_kappa_score(first, second), rel=1e-10)


def test_all_of_one_kind_agree():
    assert cohens_kappa(np.full(9, 2), np.full(9, 2)) == 1
