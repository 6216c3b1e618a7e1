"""What the tables of a ledger say."""

import math

import pytest

from synthgap_cli.ledger.told import Ledger
from synthgap_cli.tables.ledger import headline_of, numbers_of, tables_of

CLOSED = {"judge": "small-cnn", "statistic": "auc", "before": 0.9, "after": 0.6, "floor": 0.5, "closed": 0.75,
          "low": 0.6, "high": 0.9, "verdict": "partly closed", "headline": 1}  # fmt: skip
WEAK = {
    **CLOSED,
    "closed": math.nan,
    "low": math.nan,
    "high": math.nan,
    "verdict": "too weak to judge",
    "headline": 0,
}


def pair(name, value, verdict):
    return {"pair": name, "asks": "why", "judge": "small-cnn", "statistic": "auc", "value": value, "n": 40,
            "verdict": verdict, "rows": "test", "groups_first": 0, "groups_second": 0}  # fmt: skip


@pytest.fixture
def ledger():
    learned = [
        {"trained_on": name, "tested_on": "R", "accuracy": accuracy, "low": 0.1, "high": 0.9, "seeds": 3,
         "n_train": 50, "n_test": 40, "base_rate": 0.1}
        for name, accuracy in (("S", 0.5), ("T", 0.8))
    ]  # fmt: skip
    summary = [pair("R'/S'", 0.9, "gap"), pair("R'/T", 0.6, "undecided"), pair("R1/R2", 0.5, "none seen")]
    return {"summary": summary, "closed": [CLOSED], "utility": learned}


def headline(*closed, after="R'/T"):
    return headline_of(Ledger(pairs=[{"pair": after}], all_closed=closed))


def test_the_headline_says_share_interval_and_verdict():
    assert headline(WEAK, CLOSED) == (
        "small-cnn (auc): 75% of the gap closed, 95 % interval 60% to 90%: partly closed."
    )


def test_where_all_judges_are_too_weak_the_headline_says_so():
    assert headline(WEAK).startswith("No judge can tell R' from S'")
    assert headline(WEAK, after="R/U").startswith("No judge can tell R from S:")


def test_what_can_be_asked_about_is_what_was_measured(ledger):
    found = numbers_of(ledger)
    assert (found["closed"], found["closed_low"], found["auc_after"]) == (0.75, 0.6, 0.6)
    assert found["utility_gain"] == pytest.approx(0.3)
    assert math.isnan(found["content_kept"])


def test_a_ledger_without_a_headline_leaves_its_share_unknown(ledger):
    found = numbers_of({**ledger, "closed": [WEAK]})
    assert math.isnan(found["closed"]) and math.isnan(found["before"])
    assert found["auc_before"] == 0.9


def test_pairs_are_marked_by_their_verdicts_and_missing_tables_left_out(ledger):
    pairs, _, utility = tables_of("resvae-4.mean", ledger)
    assert [row[2] for row in pairs.rows] == ["0.900*", "0.600?", "0.500 "]
    assert utility.title.startswith("Utility")


def test_text_is_aligned_and_folded(ledger):
    lines = tables_of("resvae-4.mean", ledger)[0].as_text().splitlines()
    assert lines[2].startswith("R'/S'") and lines[2].index("0.900") == lines[3].index("0.600")
    assert max(map(len, lines)) <= 80


@pytest.fixture
def translated(ledger):
    """A ledger of translated images beside the decoded ones of ``ledger``, which has another judge."""
    closed = [
        {**CLOSED, "before_pair": "R/S", "after_pair": "R/U", "closed": 0.4},
        {**CLOSED, "before_pair": "R'/S'", "after_pair": "R'/T", "headline": 0},
    ]
    summary = [pair("R/S", 0.95, "gap"), pair("R/U", 0.7, "gap"), *ledger["summary"]]
    summary.append({**pair("R'/T", 0.8, "gap"), "judge": "alexnet", "statistic": "c2st"})
    learned = [*ledger["utility"], {**ledger["utility"][0], "trained_on": "U", "accuracy": 0.6}]
    content = [{"measure": "edges", "of": of, "value": value} for of, value in (("S/U", 0.9), ("S'/T", 0.3))]
    return {"summary": summary, "closed": closed, "utility": learned, "content": content}


def test_where_images_are_translated_what_can_be_asked_is_about_them(translated):
    found = numbers_of(translated)
    assert (found["closed"], found["auc_before"], found["auc_after"]) == (0.4, 0.95, 0.7)
    assert found["content_kept"] == 0.9
    assert (found["utility"], found["utility_gain"]) == (0.6, pytest.approx(0.1))


def test_shares_of_decoded_images_stand_below_those_of_translated_ones(translated):
    pairs, leading, explaining, *_ = tables_of("resvae-4.mean.affine", {**translated, "content": []})
    assert pairs.columns[2:] == ["small-cnn", "alexnet"]
    assert [row[3] for row in pairs.rows] == ["", "", "", "0.800*", ""], "a judge may know some pairs alone"
    assert leading.notes.startswith("before: R/S; after: R/U") and "40% of the gap closed" in leading.notes
    assert explaining.notes.startswith("before: R'/S'; after: R'/T") and "40%" not in explaining.notes
