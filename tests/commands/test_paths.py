"""What commands print and write: paths on stdout, tables on stderr, telling names."""

import json
from pathlib import Path

import pytest

from synthgap_cli.store.files import read_header

WRITTEN = {
    "real.images.h5",
    "synthetic.images.h5",
    "small-cnn.classification.h5",
    "real.small-cnn.features.h5",
    "synthetic.small-cnn.features.h5",
    "real.mnasnet0_5.features.h5",
    "synthetic.mnasnet0_5.features.h5",
    "audit.results.h5",
    "ttest.results.h5",
    "resvae-4.vae.safetensors",
    "resvae-4.training.results.h5",
    "resvae-4.training.csv",
    "resvae-4.training.png",
    "real.resvae-4.latents.h5",
    "synthetic.resvae-4.latents.h5",
    "synthetic.resvae-4.mean.latents.h5",
    "resvae-4.latents.ttest.results.h5",
    "resvae-4.mean.latents.ttest.results.h5",
    "real.resvae-4.images.h5",
    "synthetic.resvae-4.images.h5",
    "synthetic.resvae-4.mean.images.h5",
}


def test_bare_commands_in_a_study_directory_write_files_with_telling_names(study):
    assert {path.name for path in study.iterdir() if path.is_file()} == WRITTEN


def test_stdout_holds_the_paths_alone_and_stderr_the_table(synthgap, copy_of_study):
    ended = synthgap("ttest", "--repeats", "3", "--force", cwd=copy_of_study)
    assert ended.code == 0
    assert ended.paths == ["ttest.results.h5"]
    assert "mnasnet0_5" in ended.err and "between" in ended.err


def test_a_second_run_is_up_to_date_prints_the_same_and_writes_nothing(synthgap, copy_of_study):
    before = {path: path.stat().st_mtime_ns for path in copy_of_study.iterdir()}
    for line, printed in (
        ("extract -n mnasnet0_5 --weights random",
         ["real.mnasnet0_5.features.h5", "synthetic.mnasnet0_5.features.h5"]),
        ("encode", ["real.resvae-4.latents.h5", "synthetic.resvae-4.latents.h5"]),
        ("shift", ["synthetic.resvae-4.mean.latents.h5"]),
        ("train-vae --blocks 4 --epochs 2 --batch-size 16 --precision fp32",
         ["resvae-4.vae.safetensors", "resvae-4.training.results.h5"]),
    ):  # fmt: skip
        ended = synthgap(*line.split(), cwd=copy_of_study)
        assert ended.code == 0
        assert ended.paths == printed
    assert {path: path.stat().st_mtime_ns for path in copy_of_study.iterdir()} == before


def test_other_settings_do_not_overwrite_without_force(synthgap, copy_of_study):
    path = copy_of_study / "synthetic.resvae-4.mean.latents.h5"
    before = read_header(path)
    refused = synthgap("shift", "--fit-on", "train+val", cwd=copy_of_study)
    assert refused.code == 73
    assert "--force" in refused.err and refused.out == ""
    assert read_header(path) == before
    assert synthgap("shift", "--fit-on", "train+val", "--force", cwd=copy_of_study).code == 0
    assert read_header(path).sha256 != before.sha256


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(synthgap, folders, tmp_path):
    ended = synthgap("prepare", "--real", folders[0], "--synthetic", folders[1], "--dry-run")
    assert ended.code == 0
    assert ended.out == ""
    assert "would write real.images.h5" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_json_is_one_object_with_the_paths_and_the_numbers(synthgap, copy_of_study):
    ended = synthgap("ttest", "--on", "resvae-4", "--repeats", "3", "--json", cwd=copy_of_study)
    document = json.loads(ended.out)
    assert document["output"] == ["resvae-4.latents.ttest.results.h5"]
    assert document["summary"][0]["components"] == 4 * 4 * 4


def test_json_of_a_dry_run_lists_what_is_planned(synthgap, folders, tmp_path):
    ended = synthgap("prepare", "--real", folders[0], "--synthetic", folders[1], "--dry-run", "--json")
    document = json.loads(ended.out)
    assert document["output"] == []
    assert document["planned"] == ["real.images.h5", "synthetic.images.h5"]
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_json_too_where_json_was_asked_for(synthgap):
    ended = synthgap("ttest", "missing.h5", "--json")
    document = json.loads(ended.out)
    assert document["exit-code"] == ended.code == 66
    assert "missing.h5" in document["error"] and "missing.h5" in ended.err


def test_a_command_tells_of_the_failed_one_before_it_in_the_pipe(synthgap):
    failed = synthgap("ttest", "missing.h5", "--json").out
    ended = synthgap("ttest", "-", stdin=failed)
    assert ended.code == 66
    assert "previous command failed" in ended.err and "missing.h5" in ended.err


def test_quiet_says_nothing_but_the_paths(synthgap, copy_of_study):
    ended = synthgap("ttest", "--repeats", "3", "-q", cwd=copy_of_study)
    assert ended.err == ""
    assert ended.paths == ["ttest.results.h5"]


def test_outputs_go_where_o_says(synthgap, study, tmp_path):
    ended = synthgap("encode", "-o", tmp_path / "elsewhere", cwd=study)
    assert ended.code == 0
    assert {Path(path).parent for path in ended.paths} == {tmp_path / "elsewhere"}
    one = synthgap("shift", "-o", tmp_path / "moved.h5", cwd=study)
    assert one.paths == [str(tmp_path / "moved.h5")]


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("ttest nowhere.h5", 66, "nowhere.h5"),
        ("ttest real.images.h5", 65, "features or latents"),
        ("classify ttest.results.h5", 65, "images"),
        ("extract", 2, "network"),
        ("extract -n resnet151", 2, "resnet152"),
        ("shift --method men", 2, "mean"),
        ("shift --strength x", 2, "strength"),
        ("classify --on resvae-5", 66, "resvae-4"),
        ("train-vae --arch resve", 2, "resvae"),
        ("train-vae --blocks 4 --size 30", 2, "multiple of 8"),
        ("train-vae --arch classic --blocks 4", 2, "blocks"),
        ("prepare --real nowhere --synthetic nowhere", 66, "nowhere"),
        ("prepare", 2, "--real"),
        ("prepare . --real .", 2, "--domain"),
        ("prepare . --domain a/b", 2, "letters"),
        ("encode --vae real.images.h5", 65, "vae"),
        ("ttest --split foo", 2, "foo"),
        ("ttest --alpha 0 --force", 2, "level"),
        ("ttest --seed -1", 2, "seed"),
        ("shift --strength nan", 2, "nan"),
        ("classify real.images.h5 synthetic.images.h5 -o real.images.h5 --force", 2, "is an input"),
        ("ttest --device cpu", 2, "--device"),
        ("encode --force --device quantum", 2, "quantum"),
        ("inspect nowhere.h5", 66, "nowhere.h5"),
        ("report nowhere", 66, "nowhere"),
    ],
)
def test_a_wrong_command_line_is_one_sentence_with_its_exit_code(synthgap, study, line, code, says):
    ended = synthgap(*line.split(), cwd=study)
    assert ended.code == code, ended.err
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_an_empty_directory_says_what_is_missing(synthgap):
    for verb in ("classify", "ttest", "encode", "shift", "decode", "train-vae"):
        ended = synthgap(verb)
        assert ended.code == 66
        assert "There is no" in ended.err


def test_two_candidates_are_judged_and_told_apart(synthgap, folders, tmp_path):
    real, synthetic = folders
    for folder, domain in ((real, "real"), (synthetic, "synthetic"), (synthetic, "gan")):
        assert synthgap("prepare", folder, "--domain", domain, "--size", "16").code == 0
    judged = synthgap("classify", "--epochs", "1", "--style-features")
    assert judged.code == 0, judged.err
    assert "small-cnn-gan.classification.h5" in judged.paths
    assert "real.small-cnn-synthetic.features.h5" in judged.paths
    tested = synthgap("ttest", "--repeats", "2")
    assert tested.code == 0, tested.err
    assert {"gan.ttest.results.h5", "synthetic.ttest.results.h5"} == set(tested.paths)


def test_a_folder_that_is_not_ours_is_never_replaced_by_pictures(synthgap, study, tmp_path):
    mine = tmp_path / "out" / "real.resvae-4"
    mine.mkdir(parents=True)
    (mine / "thesis.txt").write_text("years of work")
    line = (
        "decode",
        study / "real.resvae-4.latents.h5",
        "-o",
        tmp_path / "stores",
        "--png",
        tmp_path / "out",
    )
    for force in ((), ("--force",)):
        ended = synthgap(*line, *force)
        assert ended.code == 73
        assert (mine / "thesis.txt").exists()
