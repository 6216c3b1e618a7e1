import numpy as np
import pytest

from synthgap_cli.statistics.comparison import compare
from synthgap_cli.statistics.expected_null import Fitted, expected_rejections
from synthgap_cli.statistics.moments import stream_moments
from synthgap_cli.statistics.rows import ArrayRows
from synthgap_cli.statistics.t_test import percent_rejected, student_t_test


def simulate(test_sizes, fit_sizes, strength, *, same_rows=False):
    """Fit a mean shift and test it where real and synthetic rows have one distribution."""
    rng = np.random.default_rng(0)
    num_tests = 20_000
    real, synthetic = (rng.normal(size=(n, num_tests)) for n in test_sizes)
    fit_real, fit_synthetic = (rng.normal(size=(n, num_tests)) for n in fit_sizes)
    if same_rows:
        fit_real, fit_synthetic = real, synthetic
    shifted = synthetic + strength * (fit_real.mean(axis=0) - fit_synthetic.mean(axis=0))
    outcome = student_t_test(stream_moments([real]), stream_moments([shifted]))
    return percent_rejected(outcome.p_value, 0.05) / 100


def test_without_a_fit_it_is_alpha():
    assert expected_rejections(0.013, test_sizes=(10, 20)) == 0.013


def test_at_equal_n_it_is_the_figure_of_the_thesis_notes():
    found = expected_rejections(0.05, test_sizes=(500, 500), fitted=Fitted("other rows", (500, 500)))
    assert found == pytest.approx(0.166, abs=0.0005)


@pytest.mark.parametrize(
    ("test_sizes", "fit_sizes", "strength"),
    [((60, 60), (60, 60), 1), ((60, 80), (200, 40), 1), ((80, 60), (60, 60), 0.5), ((60, 60), (30, 50), 0)],
)
def test_a_shift_fitted_on_other_rows_is_rejected_as_often_as_simulated(test_sizes, fit_sizes, strength):
    found = expected_rejections(
        0.05, test_sizes=test_sizes, fitted=Fitted("other rows", fit_sizes, strength=strength)
    )
    assert simulate(test_sizes, fit_sizes, strength) == pytest.approx(found, abs=0.01)


@pytest.mark.parametrize("strength", [0, 0.3, 1])
def test_a_shift_tested_on_its_own_rows_is_rejected_as_often_as_simulated(strength):
    found = expected_rejections(0.05, test_sizes=(60, 60), fitted=Fitted("these rows", strength=strength))
    assert simulate((60, 60), (1, 1), strength, same_rows=True) == pytest.approx(found, abs=0.01)
    assert strength < 1 or found == 0


def test_more_rows_to_fit_on_bring_it_back_to_alpha():
    shares = [
        expected_rejections(0.05, test_sizes=(100, 100), fitted=Fitted("other rows", (n, n)))
        for n in (10, 100, 10_000, 10**8)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx(0.05, abs=1e-6)


def test_what_cannot_be_known_is_not_a_number():
    assert np.isnan(expected_rejections(0.05, test_sizes=(10, 10), fitted=Fitted("unknown")))


@pytest.mark.parametrize(("fit_groups", "test_groups", "per_group"), [(30, 12, 8), (24, 24, 4)])
def test_a_shift_fitted_on_other_scenes_is_rejected_as_often_as_simulated(fit_groups, test_groups, per_group):
    rng = np.random.default_rng(0)
    num_tests, shared = 4000, 0.6

    def scenes(num_groups):
        groups = np.repeat(np.arange(num_groups), per_group)
        centres = rng.normal(0, np.sqrt(shared), (num_groups, num_tests))
        return centres[groups] + rng.normal(0, np.sqrt(1 - shared), (len(groups), num_tests)), groups

    (real, groups), (synthetic, _) = scenes(test_groups), scenes(test_groups)
    fit_real, fit_synthetic = (scenes(fit_groups)[0] for _ in range(2))
    shifted = synthetic + fit_real.mean(axis=0) - fit_synthetic.mean(axis=0)
    fitted = Fitted("other rows", (len(fit_real), len(fit_real)), (per_group, per_group))
    found = compare(
        ArrayRows(real),
        ArrayRows(shifted),
        reference_groups=groups,
        candidate_groups=groups,
        repeats=1,
        fitted=fitted,
    )
    assert found.clustered.percent == pytest.approx(found.clustered.percent_expected, abs=1.5)
    assert found.clustered.percent_expected > 8
    assert found.percent > 1.5 * found.percent_expected  # the closed form for independent rows does not hold
