"""Whether a pair differs, once it is known how many judges were asked."""

import numpy as np
import pytest

from synthgap_cli.ledger.verdicts import decide


def verdicts(*findings):
    return [one.verdict for one in decide(findings)]


def test_p_values_are_adjusted_over_the_judges_of_a_pair_alone(finding):
    found = decide(
        [
            finding("R/S", p_value=0.01),
            finding("R/S", judge="edges", statistic="c2st", p_value=0.02),
            finding("R/S", judge="pixels", statistic="c2st", p_value=0.4),
            finding("R'/T", p_value=0.03),
        ]
    )
    np.testing.assert_allclose([one.adjusted_p for one in found], [0.03, 0.04, 0.4, 0.03])


@pytest.mark.parametrize(
    ("p_value", "verdict"),
    [(0.001, "gap"), (0.04, "gap"), (0.1, "undecided"), (0.16, "none seen"), (np.nan, "undecided")],
)
def test_the_small_cnn_is_judged_by_its_p_value(finding, p_value, verdict):
    assert verdicts(finding("R/S", value=0.6, p_value=p_value)) == [verdict]


@pytest.mark.parametrize(
    ("value", "p_value", "verdict"),
    [(0.7, 0.01, "gap"), (0.7, 0.3, "undecided"), (0.5, 0.01, "undecided"), (0.5, 0.3, "none seen")],
)
def test_a_view_claims_a_gap_by_its_test_and_its_floor(finding, value, p_value, verdict):
    one = finding("R/S", judge="edges", statistic="c2st", value=value, floor=0.6, p_value=p_value)
    assert verdicts(one) == [verdict]


@pytest.mark.parametrize(
    ("value", "p_value", "verdict"),
    [
        (9.0, 0.01, "gap"),
        (9.0, 0.3, "undecided"),
        (3.0, 0.01, "undecided"),
        (3.0, 0.3, "none seen"),
        (np.nan, 0.01, "undecided"),
    ],
)
def test_what_is_not_tested_goes_by_the_judges_test_and_its_own_floor(finding, value, p_value, verdict):
    tested = finding("R/S", judge="edges", statistic="c2st", value=0.9, floor=0.6, p_value=p_value)
    assert (
        verdicts(tested, finding("R/S", judge="edges", statistic="fid", value=value, floor=5.0))[1] == verdict
    )


def test_many_judges_of_noise_seldom_claim_a_gap(finding):
    rng = np.random.default_rng(0)
    claims = []
    for _ in range(1000):
        judges = [
            finding("R/S", judge=f"network-{number}", statistic="c2st", value=0.9, floor=0.6, p_value=p_value)
            for number, p_value in enumerate(rng.random(8))
        ]
        claims.append("gap" in verdicts(*judges))
    assert np.mean(claims) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)
