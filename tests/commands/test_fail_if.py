"""``--fail-if`` makes a finding an exit code."""

import json

import pytest

from synthgap_cli.store.reader import open_store
from synthgap_cli.tables import classification, ttest

TTEST = ("ttest", "--repeats", "3")


@pytest.mark.parametrize(("store", "askable"), [
    ("ttest.results.h5", ttest.ASKABLE),
    ("small-cnn.classification.h5", classification.ASKABLE),
])  # fmt: skip
def test_what_can_be_asked_is_in_the_summary(study, store, askable):
    with open_store(study / store) as opened:
        assert set(askable) <= set(opened.table("summary"))


def test_a_condition_that_holds_exits_with_10_after_the_paths_are_printed(synthgap, copy_of_study):
    ended = synthgap(*TTEST, "--fail-if", "median_abs_d>0", cwd=copy_of_study)
    assert ended.code == 10
    assert ended.paths == ["ttest.results.h5"]
    assert "median_abs_d>0 holds of real-synthetic.mnasnet0_5" in ended.err


def test_a_condition_that_does_not_hold_is_a_success(synthgap, copy_of_study):
    judged = synthgap(
        "classify", "--style-features", "--epochs", "2", "--fail-if", "auc>1", cwd=copy_of_study
    )
    assert judged.code == 0, judged.err
    assert synthgap(*TTEST, "--fail-if", "rejected_percent>100", cwd=copy_of_study).code == 0


def test_a_number_that_is_unknown_does_not_pass(synthgap, copy_of_study):
    line = (*TTEST, "--cluster", "none", "--force", "--json", "--fail-if", "clustered_percent>10")
    ended = synthgap(*line, cwd=copy_of_study)
    assert ended.code == 1
    assert "unknown" in json.loads(ended.out)["error"]


@pytest.mark.parametrize("condition", ["auk>0.5", "auc", "auc>much", "fid>20"])
def test_a_condition_that_makes_no_sense_is_told_before_any_work(synthgap, copy_of_study, condition):
    ended = synthgap("classify", "--force", "--fail-if", condition, cwd=copy_of_study)
    assert ended.code == 2
    assert condition.partition(">")[0] in ended.err
