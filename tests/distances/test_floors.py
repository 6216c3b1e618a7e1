import numpy as np
import pytest

from synthgap_cli.distances.floors import floor_of, is_beyond, spread_of
from synthgap_cli.distances.measure import Number

LOW, HIGH = Number("distance"), Number("precision", "high")


def test_a_further_draw_stays_within_as_often_as_said():
    rng = np.random.default_rng(0)
    draws = rng.exponential(size=(4000, 41))
    share = np.mean([row[-1] <= floor_of(LOW, row[:-1], 0.9) for row in draws])
    assert share == pytest.approx(37 / 41, abs=3 * np.sqrt(0.09 / 4000))  # the 37th of 40


def test_a_number_that_is_high_for_equal_sets_has_its_floor_below():
    values = np.arange(1.0, 41)
    assert floor_of(LOW, values, 0.9) == 37
    assert floor_of(HIGH, values, 0.9) == 4
    assert is_beyond(LOW, 38, 37) and not is_beyond(LOW, 36, 37)
    assert is_beyond(HIGH, 3, 4) and not is_beyond(HIGH, 5, 4)


def test_too_few_draws_or_an_unknown_one_give_no_floor_and_no_verdict():
    assert np.isnan(floor_of(LOW, np.ones(8), 0.9))
    assert not np.isnan(floor_of(LOW, np.ones(9), 0.9))
    assert np.isnan(floor_of(LOW, np.array([1, np.nan] * 20), 0.9))
    assert is_beyond(LOW, 1.0, np.nan) is None
    assert is_beyond(LOW, np.nan, 1.0) is None


def test_the_spread_of_nothing_is_unknown():
    assert np.isnan([spread_of(np.empty(0)).mean, spread_of(np.array([1, np.nan])).maximum]).all()
    spread = spread_of(np.array([1.0, 2.0, 6.0]))
    assert (spread.mean, spread.minimum, spread.maximum) == (3, 1, 6)
