"""The whole study in one command."""

import json
import re
import shutil

import pytest

from synthgap_cli.errors import SynthgapError

QUICK = (
    *("--size", "32", "--blocks", "4", "--epochs", "2", "--classifier-epochs", "2", "--precision", "fp32"),
    *("--method", "mean", "--method", "standardise", "--rival", "adain", "--translate", "translated"),
)


@pytest.fixture(scope="module")
def studied(folders, run_quietly, tmp_path_factory):
    directory = tmp_path_factory.mktemp("whole")
    real, synthetic = folders
    line = ("study", real, synthetic, "-o", "out", *QUICK, "-n", "mnasnet0_5", "--weights", "random")
    run_quietly(directory, *line)
    return directory


def rerun(synthgap, folders, directory, *more):
    return synthgap("study", *folders, "-o", "out", *QUICK, "-n", "mnasnet0_5", "--weights", "random", *more,
                    cwd=directory)  # fmt: skip


def test_a_study_ends_with_its_report_and_all_its_controls(studied):
    names = {path.name for path in (studied / "out").iterdir()}
    assert {"report.html", "study.json", "ttest.results.h5"} <= names
    for steps in ("resvae-4", "resvae-4.mean", "resvae-4.standardise"):
        assert f"{steps}.latents.ttest.results.h5" in names
    assert {f"resvae-4.{shift}.affine.ledger.results.h5" for shift in ("mean", "standardise")} <= names
    assert {"synthetic.resvae-4.mean.affine.images.h5", "pixels.adain.ledger.results.h5"} <= names
    assert not [name for name in names if name.endswith(".partial")]


def test_a_study_hands_over_the_synthetic_folder_translated(studied, folders):
    record = json.loads((studied / "translated" / "translation.json").read_text())
    told = json.loads((studied / "out" / "study.json").read_text())["translated"]
    assert told["to"] == "../translated"
    assert told["by"] in (record["steps"], "none")
    names = {path.relative_to(folders[1]) for path in folders[1].rglob("*.png")}
    assert names == {
        path.relative_to(studied / "translated") for path in (studied / "translated").rglob("*.png")
    }


def test_a_report_is_written_though_the_translation_fails(synthgap, folders, studied, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise SynthgapError("No space is left.")

    copy = shutil.copytree(studied, tmp_path / "copy")
    (copy / "out" / "report.html").unlink()
    monkeypatch.setattr("synthgap_cli.study.graph.translate_folder", fail)
    ended = rerun(synthgap, folders, copy)
    assert (ended.code, "No space is left." in ended.err) == (1, True)
    assert (copy / "out" / "report.html").exists()
    assert (copy / "out" / "report.html").exists()


@pytest.mark.parametrize("place", ["out", ".", "real"])
def test_where_a_translation_cannot_be_is_told_before_the_work(synthgap, folders, tmp_path, place):
    where = folders[0] if place == "real" else place
    ended = synthgap("study", *folders, "-o", "out", "--translate", where, cwd=tmp_path)
    assert (ended.code, list(tmp_path.iterdir())) == (2, [])


def test_the_report_is_one_file_with_every_part(studied):
    page = (studied / "out" / "report.html").read_text()
    assert not re.search(r"(?:src|href)=[\"'](?!data:|#)", page)
    headings = ("Before and after", "Data", "Can a small network tell them apart?", "How it was made")
    for heading in (
        *headings,
        "What pretrained networks see",
        "Latent space of resvae-4",
        "Did the shift help?",
    ):
        assert heading in page
    assert page.count("data:image/") >= 15
    assert "random weights" in page


def test_a_second_run_does_nothing_but_the_report(synthgap, folders, studied):
    before = {path: path.stat().st_mtime_ns for path in (studied / "out").glob("*.h5")}
    ended = rerun(synthgap, folders, studied)
    assert ended.code == 0
    assert ended.paths == ["out/report.html", "translated"]
    assert {path: path.stat().st_mtime_ns for path in (studied / "out").glob("*.h5")} == before


def test_a_lost_stage_is_made_again_and_the_rest_left_alone(synthgap, folders, studied, tmp_path):
    copy = shutil.copytree(studied, tmp_path / "copy")
    lost = copy / "out" / "resvae-4.mean.latents.ttest.results.h5"
    lost.unlink()
    before = {path: path.stat().st_mtime_ns for path in (copy / "out").glob("*.h5")}
    assert rerun(synthgap, folders, copy).code == 0
    after = {path: path.stat().st_mtime_ns for path in (copy / "out").glob("*.h5")}
    assert set(after) - set(before) == {lost}
    assert all(after[path] == before[path] for path in before)


def test_another_setting_remakes_what_depends_on_it(synthgap, folders, studied, tmp_path):
    copy = shutil.copytree(studied, tmp_path / "copy")
    before = {path.name: path.stat().st_mtime_ns for path in (copy / "out").glob("*.h5")}
    assert rerun(synthgap, folders, copy, "--strength", "0.5").code == 0
    after = {path.name: path.stat().st_mtime_ns for path in (copy / "out").glob("*.h5")}
    assert "synthetic.resvae-4.mean-0p5.latents.h5" in after
    assert all(after[name] == before[name] for name in before)


def test_without_weights_the_content_part_is_left_out_and_says_how_to_get_them(
    synthgap, folders, studied, tmp_path, monkeypatch
):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr("synthgap_cli.extractors.downloads.PATIENCE_S", 1)
    monkeypatch.setattr("synthgap_cli.extractors.families.packaged.PACKAGE", "no_such_package")
    copy = shutil.copytree(studied, tmp_path / "copy")
    for path in (copy / "out").glob("*mnasnet0_5*"):
        path.unlink()
    ended = synthgap("study", *folders, "-o", "out", *QUICK, "-n", "mnasnet0_5", cwd=copy)
    if "left out" not in ended.err:
        pytest.skip("this machine can download the weights")
    assert ended.code == 0
    assert "--weights" in ended.err
    assert "content part is left out" in (copy / "out" / "report.html").read_text()


def test_what_was_asked_is_recorded(studied):
    record = json.loads((studied / "out" / "study.json").read_text())
    assert record["settings"]["preset"] == "quick"
    assert record["settings"]["size"] == 32
    assert record["settings"]["vaes"][0]["options"] == {"blocks": 4}


def test_a_dry_run_tells_the_plan_and_writes_nothing(synthgap, folders, tmp_path):
    ended = synthgap("study", *folders, "--preset", "thesis", "--dry-run")
    assert ended.code == 0
    assert "vgg11_bn" in ended.err and "resnet152" in ended.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("nowhere nowhere", 66, "nowhere"),
        (". . --preset slow", 2, "preset"),
        (". . --preset thesis --blocks 3", 2, "--arch"),
    ],
)
def test_a_study_that_cannot_be_is_one_sentence(synthgap, line, code, says):
    ended = synthgap("study", *line.split())
    assert ended.code == code
    assert says in ended.err and "Traceback" not in ended.err
