"""The sentence names the confound, raises the alarm when it should, and not otherwise."""

import numpy as np
import pytest

from synthgap_cli.audit.columns import Column
from synthgap_cli.audit.judging import ColumnFinding, Judgement
from synthgap_cli.audit.wording import describe_side, judge_metadata, judge_statistics, name_difference
from synthgap_cli.statistics.auc import AucEstimate

SIDES = np.repeat([False, True], 4)
NOTHING, MUCH = AucEstimate(0.5, 0.45, 0.55), AucEstimate(0.95, 0.9, 0.98)
FORMAT = Column("format", "compression", np.where(SIDES, "JPEG", "PNG").astype(object))
QUALITY = Column("jpeg_quality", "JPEG quality", np.where(SIDES, 90.0, 60.0))
EDGES = Column("block_edges", "8x8 block edges", np.where(SIDES, 3.7, 2.1))


def found(auc, *columns):
    return Judgement(auc, [ColumnFinding(column, alone, 0.0) for column, alone in columns])


@pytest.mark.parametrize(
    "column, words",
    [
        (FORMAT, "compression: PNG against JPEG"),
        (QUALITY, "JPEG quality: 60 against 90"),
        (
            Column("size", "original size, px", np.where(SIDES, 256.0, 1080)),
            "original size, px: 1080 against 256",
        ),
        (Column("q", "JPEG quality", np.where(SIDES, np.nan, 60.0)), "JPEG quality: 60 against none"),
    ],
)
def test_a_confound_is_named_by_what_each_side_has(column, words):
    assert name_difference(column, SIDES) == words


def test_a_mixture_is_described_by_its_shares():
    mixed = Column("format", "compression", np.array(["JPEG", "JPEG", "JPEG", "PNG"] * 2, dtype=object))
    assert describe_side(mixed, SIDES) == "JPEG 75% and PNG 25%"


def test_metadata_that_separates_is_an_alarm_that_names_it_and_what_else_does():
    verdict = judge_metadata(found(MUCH, (FORMAT, MUCH), (QUALITY, MUCH)), SIDES)
    assert verdict.alarm
    assert "by compression: PNG against JPEG (also JPEG quality)" in verdict.text


def test_after_equalisation_the_same_is_information():
    verdict = judge_metadata(found(MUCH, (FORMAT, MUCH)), SIDES, equalised="size:96,jpeg:60")
    assert not verdict.alarm
    assert "no longer reaches the pixels" in verdict.text and "size:96,jpeg:60" in verdict.text


@pytest.mark.parametrize(
    "auc, words", [(NOTHING, "can hardly be told apart"), (AucEstimate(0.55, 0.3, 0.8), "may or may not")]
)
def test_no_proof_of_a_difference_is_no_proof_of_none(auc, words):
    for verdict in (
        judge_metadata(found(auc, (FORMAT, auc)), SIDES),
        judge_statistics(found(auc, (EDGES, auc)), SIDES, as_stored_by_source=True),
    ):
        assert words in verdict.text
        assert not verdict.alarm


def test_worse_than_chance_is_not_called_hardly_told_apart():
    inverted = AucEstimate(0.27, 0.23, 0.31)  # each image is told by its twin, under another name
    verdict = judge_statistics(found(inverted, (EDGES, NOTHING)), SIDES, as_stored_by_source=True)
    assert "worse than by chance" in verdict.text and "under different names" in verdict.text
    assert not verdict.alarm


def test_a_grid_on_one_side_is_an_alarm_and_a_colour_is_none():
    red = Column("red", "mean red", np.where(SIDES, 90.0, 60.0))
    grid = found(MUCH, (EDGES, MUCH), (red, NOTHING))
    assert judge_statistics(grid, SIDES, as_stored_by_source=True).alarm
    assert not judge_statistics(grid, SIDES, as_stored_by_source=False).alarm
    colour = judge_statistics(found(MUCH, (EDGES, NOTHING), (red, MUCH)), SIDES, as_stored_by_source=True)
    assert not colour.alarm
    assert "by mean red: 60 against 90" in colour.text


def test_columns_that_do_it_only_together_are_not_named():
    assert "by no column alone" in judge_metadata(found(MUCH, (FORMAT, NOTHING)), SIDES).text
