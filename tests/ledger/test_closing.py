"""The share of the gap that was closed."""

import math

import numpy as np
import pytest

from synthgap_cli.ledger.closing import close, headline
from synthgap_cli.ledger.pairs import DECODED, FULL_SIZE
from synthgap_cli.ledger.verdicts import decide


@pytest.fixture
def judged(finding):
    """Make the findings of a judge before and after, with replicates that spread by ``error``."""

    def make(
        before,
        after,
        *,
        judge="small-cnn",
        statistic="auc",
        p_before=1e-6,
        p_after=0.5,
        error=0.01,
        floor=0.5,
        family=DECODED,
    ):
        rng = np.random.default_rng(0)

        def about(pair, value, p_value):
            replicates = value + error * rng.normal(size=400)
            return finding(
                pair, judge=judge, statistic=statistic, value=value, floor=floor, p_value=p_value,
                replicates=replicates,
            )  # fmt: skip

        return [
            about(family.floor, floor, np.nan),
            about(family.before, before, p_before),
            about(family.after, after, p_after),
        ]

    return make


def only(findings):
    (found,) = close(decide(findings))
    return found


def test_the_share_is_what_is_gone_of_what_was_above_the_floor(judged):
    found = only(judged(0.9, 0.6))
    assert (found.before, found.after, found.floor) == (0.9, 0.6, 0.5)
    assert found.closed == pytest.approx(0.75)
    assert found.low < 0.75 < found.high


def test_its_error_is_that_of_the_ratio(judged):
    found = only(judged(0.9, 0.7, error=0.001))
    # left / gap = 0.2 / 0.4: the variance of (left - gap / 2) is 1 + 1/4 of the squared error
    expected = 2.04 * 0.001 * math.sqrt(1.25) / 0.4
    assert (found.high - found.low) / 2 == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("after", "p_after", "error", "verdict"),
    [
        (0.5, 0.5, 0.01, "closed"),
        (0.47, 0.9, 0.01, "closed"),
        (0.52, 0.001, 0.01, "partly closed"),
        (0.7, 1e-6, 0.01, "partly closed"),
        (0.89, 1e-6, 0.01, "not closed"),
        (0.95, 1e-6, 0.01, "widened"),
        (0.7, 0.01, 0.2, "undecided"),
    ],
)
def test_what_is_said_of_the_share(judged, after, p_after, error, verdict):
    assert only(judged(0.9, after, p_after=p_after, error=error)).verdict == verdict


@pytest.mark.parametrize(("before", "p_before"), [(0.6, 0.06), (0.5, 1e-6)])
def test_a_judge_that_cannot_tell_before_is_too_weak(judged, before, p_before):
    found = only(judged(before, 0.5, p_before=p_before))
    assert found.verdict == "too weak to judge"
    assert math.isnan(found.closed) and math.isnan(found.low) and math.isnan(found.high)
    assert headline([found]) is None


def test_a_distance_within_its_floor_is_too_weak_whatever_the_judges_test_says(finding, judged):
    tested = judged(0.9, 0.6, judge="edges", statistic="c2st")
    within = [
        finding("R'1/R'2", judge="edges", statistic="fid", value=4.0, floor=5.0),
        finding("R'/S'", judge="edges", statistic="fid", value=4.9, floor=5.0),
        finding("R'/T", judge="edges", statistic="fid", value=4.2, floor=5.0),
    ]
    by_statistic = {one.statistic: one for one in close(decide([*tested, *within]))}
    assert by_statistic["fid"].verdict == "too weak to judge"
    assert by_statistic["fid"].floor == 4.0  # the median of halves, not what they stay within
    assert by_statistic["c2st"].verdict == "partly closed"


def test_the_headline_has_a_fixed_order_whatever_the_shares(judged):
    cnn = judged(0.9, 0.89)
    weak_cnn = judged(0.6, 0.5, p_before=0.5)
    network = judged(0.9, 0.8, judge="alexnet", statistic="c2st")
    edges = judged(0.9, 0.5, judge="edges", statistic="c2st")
    pixels = judged(0.9, 0.5, judge="pixels", statistic="c2st")
    for judges, leading in (
        ([pixels, edges, network, cnn], "small-cnn"),
        ([pixels, edges, network, weak_cnn], "alexnet"),
        ([pixels, edges, weak_cnn], "edges"),
        ([pixels], "pixels"),
    ):
        assert headline(close(decide([one for judge in judges for one in judge]))).judge == leading


def test_translated_images_lead_whatever_is_said_of_decoded_ones(judged):
    both = [*judged(0.9, 0.5), *judged(0.95, 0.7, family=FULL_SIZE)]
    found = close(decide(both))
    assert [(one.before_pair, one.after_pair) for one in found] == [("R/S", "R/U"), ("R'/S'", "R'/T")]
    assert [one.closed for one in found] == [pytest.approx(5 / 9), 1]
    assert headline(found) is found[0]


def test_where_no_judge_tells_r_from_s_decoded_images_do_not_lead_instead(judged):
    both = [*judged(0.9, 0.5), *judged(0.6, 0.55, p_before=0.5, family=FULL_SIZE)]
    assert headline(close(decide(both))) is None
