import numpy as np
import pytest

from synthgap_cli.statistics.equivalence import equivalence_p_value
from synthgap_cli.statistics.moments import pooled_variance, stream_moments
from synthgap_cli.statistics.t_test import percent_rejected, student_t_test, welch_t_test


@pytest.mark.parametrize(("test", "pooled"), [(student_t_test, "pooled"), (welch_t_test, "unequal")])
def test_p_values_equal_those_of_statsmodels(test, pooled):
    oracle = pytest.importorskip("statsmodels.stats.weightstats")
    rng = np.random.default_rng(0)
    first, second = rng.normal(0.05, 1, (200, 30)), rng.normal(0, 1.5, (150, 30))
    sides = stream_moments([first]), stream_moments([second])
    spread = np.sqrt(pooled_variance(*sides))
    found = equivalence_p_value(test(*sides), spread)
    for component in range(30):
        reach = 0.1 * spread[component]
        expected, *_ = oracle.ttost_ind(
            first[:, component], second[:, component], -reach, reach, usevar=pooled
        )
        assert found[component] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("d", "percent"), [(0.1, 5), (0.3, 0), (0.0, 100)])
def test_at_the_margin_alpha_is_called_alike_and_beyond_it_nothing(d, percent):
    rng = np.random.default_rng(0)
    sides = stream_moments([rng.normal(d, 1, (4000, 3000))]), stream_moments([rng.normal(0, 1, (4000, 3000))])
    p_value = equivalence_p_value(welch_t_test(*sides), np.sqrt(pooled_variance(*sides)))
    assert percent_rejected(p_value, 0.05) == pytest.approx(percent, abs=1.5)


def test_dead_components_are_not_called_alike():
    values = np.ones((10, 2))
    side = stream_moments([values])
    assert np.isnan(equivalence_p_value(welch_t_test(side, side), np.zeros(2))).all()
