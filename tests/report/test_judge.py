"""What the report says of the judges."""

import pytest

from synthgap_cli.report.content import Picture, Table
from synthgap_cli.report.directory import StudyDirectory, summary
from synthgap_cli.report.sections.judge import rejudged_tables, sections
from synthgap_cli.report.sections.judge_tables import sources_table


@pytest.fixture(scope="module")
def described(study):
    (section,) = sections(StudyDirectory.open(study))
    return section.blocks


def test_areas_stand_with_their_intervals_and_calibration_with_what_is_right(study, described):
    performance, calibration = [block for block in described if isinstance(block, Table)][:2]
    (found,) = summary(StudyDirectory.open(study).judges(())[0])
    row = dict(zip([column.title for column in performance.columns], performance.rows[0], strict=True))
    assert row["ROC-AUC"] == found["auc"]
    assert row["95 % interval"] == (
        f"{found['average_precision_low']:.3f} to {found['average_precision_high']:.3f}"
    )
    assert calibration.rows[0][-2:] == [found["calibration_error"], found["calibration_expected_error"]]


def test_every_kind_of_picture_is_there(described):
    shown = " ".join(block.alt for block in described if isinstance(block, Picture))
    for word in (
        "ROC", "Precision", "Reliability", "telltale", "misleading", "Activation", "verdict rests", "Weights"
    ):  # fmt: skip
        assert word in shown


def test_sources_have_a_table_only_where_a_domain_has_several(synthgap, study, folders, tmp_path):
    assert sources_table(StudyDirectory.open(study).judges(())[0]) is None
    several = ("--synthetic", folders[1], "--synthetic", folders[0])
    assert synthgap("prepare", "--real", folders[0], *several, "--size", "16").code == 0
    assert synthgap("classify", "--epochs", "1").code == 0
    table = sources_table(StudyDirectory.open(tmp_path).judges(())[0])
    assert len(table.rows) == 3


def test_judges_of_other_images_have_a_table_of_their_own_and_no_headline(synthgap, copy_of_study):
    for more in (("--on", "resvae-4.mean"), ("real.images.h5",)):
        line = ("classify", "--model", "small-cnn.classification.h5", *more)
        assert synthgap(*line, cwd=copy_of_study).code == 0
    opened = StudyDirectory.open(copy_of_study)
    assert opened.judges(("resvae-4", "mean")) == []
    assert len(opened.judges(())) == 1
    (table,) = rejudged_tables(opened)  # images of one side alone have none
    assert [row[0] for row in table.rows] == ["real-synthetic.resvae-4.mean"]
    assert rejudged_tables(StudyDirectory(copy_of_study, [])) == []
