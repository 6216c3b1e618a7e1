"""Where nothing differs, the share of components that the t-tests reject is alpha on average."""

import numpy as np
import pytest

from synthgap_cli.statistics.halves import halves_by_image
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.t_test import student_t_test, welch_t_test


@pytest.mark.parametrize("test", [student_t_test, welch_t_test])
def test_two_random_halves_of_one_set_are_told_apart_in_alpha_of_the_components(test):
    rng = np.random.default_rng(0)
    rows = np.exp(rng.normal(size=(400, 60)) @ rng.normal(size=(60, 60)) / 12)  # skewed and correlated
    halves = [stream_moments([rows[half]]) for half in halves_by_image(len(rows), repeats=200, rng=rng).T]
    pairs = zip(halves[::2], halves[1::2], strict=True)
    shares = np.array([np.mean(test(real, synthetic).p_value < 0.05) for real, synthetic in pairs])
    assert abs(shares.mean() - 0.05) < 3 * shares.std(ddof=1) / np.sqrt(len(shares))
