"""The report tells what the files give away, first of all."""

import pytest

from synthgap_cli.pairing import Pair
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.study import describe
from synthgap_cli.stages.audit import AuditSettings, audit_pairs
from synthgap_cli.stages.run import Run
from synthgap_cli.store.files import read_header


@pytest.fixture(scope="module")
def audited(folders, run_quietly, tmp_path_factory):
    directory = tmp_path_factory.mktemp("audited")
    run_quietly(directory, "prepare", "--real", folders[0], "--synthetic", folders[1], "--size", "32")
    sides = [read_header(directory / f"{side}.images.h5") for side in ("real", "synthetic")]
    audit_pairs([Pair(*sides)], AuditSettings(), output=None, run=Run())
    return StudyDirectory.open(directory)


def test_the_audit_comes_first_with_both_judges_and_every_column(audited):
    described = describe(audited)
    assert [section.anchor for section in described.sections][:2] == ["audit", "data"]
    _, judges, *verdicts, metadata, statistics = described.sections[0].blocks
    assert [row[0] for row in judges.rows] == ["metadata", "image statistics"]
    assert len(verdicts) == 2
    assert (len(metadata.rows), len(statistics.rows)) == (7, 9)
    assert [column.title for column in metadata.columns][:3] == ["column", "real", "synthetic"]


def test_traits_that_the_audit_has_told_are_not_told_again(audited):
    data = describe(audited).sections[1]
    assert not any("Traits" in block.caption for block in data.blocks if hasattr(block, "caption"))


def test_a_tint_is_told_and_is_no_alarm(audited):
    described = describe(audited)
    texts = [block.text for block in described.sections[0].blocks if hasattr(block, "level")]
    assert "mean blue" in texts[1]
    assert not any("mean blue" in warning for warning in described.warnings)
