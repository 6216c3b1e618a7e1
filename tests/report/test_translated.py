"""Before and after: pairs of a translated folder in the report."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.sections import translated

ROWS = "file,group,dropped\n0.png,,\n1.png,,\n2.png,,lost content\n"


@pytest.fixture
def study(tmp_path):
    """A study directory of nothing but its record, beside a folder and its translation."""
    for name, level in (("renders", 40000), ("renders-real", 20000)):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.fromarray(np.full((16, 24), level, np.uint16)).save(tmp_path / name / f"{number}.png")
    (tmp_path / "renders-real/manifest.csv").write_text(ROWS)
    (tmp_path / "study").mkdir()
    told = {"from": "../renders", "to": "../renders-real", "by": "resvae-4.mean"}
    (tmp_path / "study/study.json").write_text(json.dumps({"translated": told}))
    return StudyDirectory(tmp_path / "study", [])


def pictures(study):
    (section,) = translated.sections(study)
    return [Image.open(io.BytesIO(block.image)) for block in section.blocks[1:]]


def test_greys_of_16_bits_are_shown_and_not_clipped(study):
    before_and_after = pictures(study)
    assert len(before_and_after) == 2, "what was dropped is not shown"
    shown = np.asarray(before_and_after[0].convert("L")).astype(int)
    assert abs(shown[4, 4] - 40000 // 256) <= 3
    assert abs(shown[4, -4] - 20000 // 256) <= 3


def test_a_manifest_of_the_folder_itself_is_not_taken_for_ours(study):
    output = study.path.parent / "renders-real"
    (output / "manifest.csv").rename(output / "translation.manifest.csv")
    (output / "manifest.csv").write_text("name,weather\n0.png,rain\n")
    assert len(pictures(study)) == 2


def test_images_that_have_been_damaged_since_are_passed_over(study):
    (study.path.parent / "renders-real/0.png").write_bytes(b"no image")
    (study.path.parent / "renders/1.png").unlink()
    assert translated.sections(study) == []


def test_a_study_that_was_moved_away_has_no_pairs(study, tmp_path):
    moved = Path(shutil.move(study.path, tmp_path / "elsewhere-entirely"))
    assert translated.sections(StudyDirectory(moved, [])) != []
    shutil.rmtree(tmp_path / "renders-real")
    assert translated.sections(StudyDirectory(moved, [])) == []
