import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgap_cli.statistics.corrections import (
    CORRECTIONS,
    benjamini_hochberg,
    benjamini_yekutieli,
    holm,
)

STATSMODELS = {"holm": "holm", "benjamini-hochberg": "fdr_bh", "benjamini-yekutieli": "fdr_by"}
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)


@pytest.mark.parametrize("name", CORRECTIONS)
def test_adjusted_p_values_equal_statsmodels(name):
    multipletests = pytest.importorskip("statsmodels.stats.multitest").multipletests
    rng = np.random.default_rng(0)
    p_value = np.concatenate([rng.random(50), rng.random(50) ** 9, [0, 1, 0.01, 0.01]])
    np.testing.assert_allclose(
        CORRECTIONS[name](p_value), multipletests(p_value, method=STATSMODELS[name])[1], rtol=1e-10
    )


def holm_rejects(p_value, alpha):
    """The procedure as published: step down until one is too large."""
    rejected = np.zeros(len(p_value), dtype=bool)
    for position, component in enumerate(np.argsort(p_value)):
        if p_value[component] > alpha / (len(p_value) - position):
            break
        rejected[component] = True
    return rejected


def step_up_rejects(p_value, alpha, dependence):
    """The procedure as published: everything up to the last one below its line."""
    ordered = np.argsort(p_value)
    lines = alpha * np.arange(1, len(p_value) + 1) / (len(p_value) * dependence)
    below = np.flatnonzero(p_value[ordered] <= lines)
    rejected = np.zeros(len(p_value), dtype=bool)
    rejected[ordered[: below[-1] + 1 if len(below) else 0]] = True
    return rejected


@pytest.mark.parametrize("alpha", [0.003, 0.047, 0.31])
def test_rejections_are_those_of_the_published_procedures(alpha):
    for seed in range(50):
        p_value = np.random.default_rng(seed).random(17) ** 4
        harmonic = sum(1 / i for i in range(1, 18))
        np.testing.assert_array_equal(holm(p_value) <= alpha, holm_rejects(p_value, alpha))
        np.testing.assert_array_equal(
            benjamini_hochberg(p_value) <= alpha, step_up_rejects(p_value, alpha, 1)
        )
        np.testing.assert_array_equal(
            benjamini_yekutieli(p_value) <= alpha, step_up_rejects(p_value, alpha, harmonic)
        )


@pytest.mark.parametrize("name", CORRECTIONS)
@settings(deadline=None)
@given(p_value=P_VALUES)
def test_adjustment_raises_p_values_and_keeps_their_order(name, p_value):
    adjusted = CORRECTIONS[name](p_value)
    assert (adjusted >= p_value * (1 - 1e-12)).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_value)]) >= 0).all()


@pytest.mark.parametrize("name", CORRECTIONS)
def test_components_without_a_p_value_are_not_counted(name):
    p_value = np.array([0.01, 0.2, 0.03])
    adjusted = CORRECTIONS[name](np.array([np.nan, 0.01, 0.2, np.nan, 0.03]))
    np.testing.assert_array_equal(np.isnan(adjusted), [True, False, False, True, False])
    np.testing.assert_array_equal(adjusted[[1, 2, 4]], CORRECTIONS[name](p_value))


@pytest.mark.parametrize("name", CORRECTIONS)
def test_nothing_tested_gives_nothing(name):
    assert np.isnan(CORRECTIONS[name](np.full(3, np.nan))).all()


def test_under_a_true_null_holm_seldom_finds_anything():
    wrong = [(holm(np.random.default_rng(seed).random(50)) <= 0.05).any() for seed in range(2000)]
    assert np.mean(wrong) == pytest.approx(0.05, abs=0.02)
