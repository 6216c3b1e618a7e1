"""The page is filled from the stores of a directory, whatever is or is not there."""

import shutil

import numpy as np
import pytest

from synthgap_cli.errors import InputMissing
from synthgap_cli.report.directory import StudyDirectory
from synthgap_cli.report.findings import judge_auc, judge_share
from synthgap_cli.report.sections.data import confound_warnings, total_variation
from synthgap_cli.report.study import describe, write_report


def test_a_study_by_hand_is_told_with_its_numbers(study, tmp_path):
    path = write_report(study, tmp_path / "r.html")
    page = path.read_text()
    assert "mnasnet0_5" in page and "resvae-4.mean" in page
    described = describe(StudyDirectory.open(study))
    anchors = [section.anchor for section in described.sections]
    assert anchors == [
        "audit",
        "data",
        "classifier",
        "content",
        "vae-resvae-4",
        "provenance",
    ]  # nothing decoded was judged


def test_originals_alone_make_a_report(copy_of_study):
    for path in copy_of_study.iterdir():
        if path.is_file() and path.name not in ("real.images.h5", "synthetic.images.h5"):
            path.unlink()
    described = describe(StudyDirectory.open(copy_of_study))
    assert [section.anchor for section in described.sections] == ["data", "content", "provenance"]
    assert described.findings == []


def test_the_same_stores_give_the_same_page(study, tmp_path):
    first, second = (write_report(study, tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert first == second


def test_a_directory_without_originals_is_no_study(tmp_path):
    with pytest.raises(InputMissing, match="image stores"):
        StudyDirectory.open(tmp_path)
    with pytest.raises(InputMissing, match="no directory"):
        StudyDirectory.open(tmp_path / "nowhere")


def test_a_store_in_another_place_is_read_there(copy_of_study, tmp_path):
    moved = shutil.move(copy_of_study, tmp_path / "moved")
    assert write_report(tmp_path / "moved").parent == tmp_path / "moved"
    assert moved


def test_files_of_another_format_are_called_out(synthgap, tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    for name, ending in (("a", "png"), ("b", "jpg")):
        (tmp_path / name).mkdir()
        for number in range(12):
            pixels = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.{ending}")
    line = ("prepare", "--real", "a", "--synthetic", "b", "--size", "16")
    assert synthgap(*line).code == 0
    (warning,) = confound_warnings(StudyDirectory.open(tmp_path))
    assert "file format (100%)" in warning and "JPEG quality (100%)" in warning


def test_total_variation_is_zero_for_equal_and_one_for_disjoint_values():
    assert total_variation(np.array([1, 2]), np.array([2, 1, 1, 2])) == 0
    assert total_variation(np.array(["a"]), np.array(["b", "c"])) == 1
    assert total_variation(np.array([1, 1, 2, 3]), np.array([1, 2, 2, 3])) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("low", "high", "tone"),
    [
        (0.6, 0.9, "gap"),
        (0.45, 0.84, "unknown"),
        (0.0, 1.0, "unknown"),
        (0.47, 0.55, "none"),
        (0.05, 0.2, "unknown"),
    ],
)
def test_only_a_narrow_interval_around_chance_says_that_nothing_is_there(low, high, tone):
    assert judge_auc({"auc_low": low, "auc_high": high})[1] == tone


def share_row(share, expected, *, circular=0, by_scene=float("nan"), clustered=None, floor=5.0):
    """A row of a t-test's summary, as far as verdicts read it."""
    unknown = float("nan")
    row = {"rejected_percent": share, "expected_percent": expected, "circular": circular}
    row |= {f"{name}_{side}": 50 for name in ("n", "effective_n") for side in ("reference", "candidate")}
    names = [f"{before}within_{side}{after}" for side in ("reference", "candidate")
             for before, after in (("", ""), ("", "_groups"), ("clustered_", ""))]  # fmt: skip
    row |= {f"{name}_{part}": floor for name in names for part in ("min", "percent", "max")}
    row |= {"between_halves_percent": share, "clustered_between_halves_percent": share}
    row["within_reference_groups_percent"] = by_scene
    rejected, null = clustered or (unknown, unknown)
    return {**row, "clustered_percent": rejected, "clustered_expected_percent": null}


def test_a_share_is_held_against_its_null():
    def tone(*arguments, **options):
        return judge_share(share_row(*arguments, **options))[1]

    assert tone(50, 9) == "gap"
    assert tone(9, 9) == "none"
    assert tone(50, float("nan")) == "unknown"
    assert tone(0, 0, circular=1) == "unknown"
    assert tone(50, 9, by_scene=40) == "unknown"


def test_with_scenes_as_independent_a_share_above_null_and_floor_is_a_gap():
    def tone(clustered, **options):
        return judge_share(share_row(90, 5, by_scene=40, clustered=clustered, **options))[1]

    assert tone((60, 9)) == "gap"
    assert tone((9, 9)) == "none"
    assert tone((20, 9), floor=25.0) == "unknown"  # halves of one domain reject as much
    assert tone((60, float("nan"))) == "unknown"
