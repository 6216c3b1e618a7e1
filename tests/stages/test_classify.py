"""Judges of several sizes, what their stores hold, and pairs whose sides differ in size."""

import json

import h5py
import numpy as np
import pytest

from synthgap_cli.console import Console
from synthgap_cli.pairing import Pair
from synthgap_cli.stages.classify import ClassifySettings, classify_pairs
from synthgap_cli.stages.run import Run
from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store
from synthgap_cli.tables.classification import show_classification


def tables(path, *names):
    with open_store(path) as store:
        return [store.table(name) for name in names]


def test_several_sizes_are_judged_in_one_call(synthgap, study, tmp_path):
    sizes = [word for size in (32, 16, 8, 16) for word in ("--size", size)]
    ended = synthgap("classify", *sizes, "--epochs", "1", "-o", tmp_path, "--json", cwd=study)
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert [row["image_size"] for row in found["summary"]] == [32, 16, 8]
    judges = [f"small-cnn-{size}.classification.h5" for size in (32, 16, 8)]
    assert {path.name for path in tmp_path.iterdir()} == {"audit.results.h5", *judges}
    with open_store(tmp_path / "small-cnn-8.classification.h5") as store:
        assert store.dataset("model/to_style.weight").shape == (64, 8 * 2 * 2)


def test_every_image_has_a_score_and_the_test_rows_the_verdict(study):
    scores, summary, examples, calibration = tables(
        study / "small-cnn.classification.h5", "scores", "summary", "examples", "calibration"
    )
    assert len(scores["probability"]) == 120
    np.testing.assert_array_equal(scores["tested"] == 1, scores["split"] == "test")
    np.testing.assert_array_equal(scores["seen"] == 1, scores["split"] != "test")
    assert calibration["count"].sum() == scores["tested"].sum()
    assert np.all(scores["tested"][examples["row"]] == 1)
    np.testing.assert_array_equal(scores["id"][examples["row"]], examples["id"])
    assert summary["rows"] == ["test"]


def test_counts_of_scenes_are_those_of_the_tested_rows(study):
    scores, summary = tables(study / "small-cnn.classification.h5", "scores", "summary")
    for side, name in ((0, "groups_real"), (1, "groups_synthetic")):
        mine = (scores["is_synthetic"] == side) & (scores["tested"] == 1)
        assert summary[name][0] == len(set(scores["group"][mine])) < 12


def test_examples_are_the_surest_images_of_different_scenes(study):
    scores, examples = tables(study / "small-cnn.classification.h5", "scores", "examples")
    tested = (scores["tested"] == 1) & (scores["is_synthetic"] == 1)
    mine = examples["domain"] == "synthetic"
    telltale = examples["row"][mine & (examples["kind"] == "telltale")]
    misleading = examples["row"][mine & (examples["kind"] == "misleading")]
    assert scores["probability"][telltale[0]] == scores["probability"][tested].max()
    assert scores["probability"][misleading[0]] == scores["probability"][tested].min()
    assert len(set(scores["group"][telltale])) == len(telltale)


def test_repeats_are_trainings_from_the_next_seeds_and_leave_the_judge_alone(synthgap, study, tmp_path):
    ended = synthgap("classify", "--epochs", "2", "--repeats", "2", "-o", tmp_path, cwd=study)
    assert ended.code == 0, ended.err
    assert "over 2 seeds" in ended.err
    path = tmp_path / "small-cnn.classification.h5"
    again, scores, summary = tables(path, "retrainings", "scores", "summary")
    assert again["seed"].tolist() == [0, 1]
    assert again["auc"][0] == summary["auc"][0]
    assert summary["trainings_auc_mean"][0] == pytest.approx(again["auc"].mean())
    (alone,) = tables(study / "small-cnn.classification.h5", "scores")
    np.testing.assert_allclose(scores["probability"], alone["probability"], rtol=1e-6)


def test_the_precision_recorded_is_the_one_computed_with(study, tmp_path):
    settings = ClassifySettings(epochs=1, precision="auto")
    pair = Pair(read_header(study / "real.images.h5"), read_header(study / "synthetic.images.h5"))
    (path,) = classify_pairs([pair], settings, output=str(tmp_path / "a.h5"), run=Run(device="cpu"))
    assert read_header(path).provenance.recipe.parameters["precision"] in ("fp32", "bf16")


def test_sides_of_two_sizes_are_judged_at_the_smaller_and_said_to_be(synthgap, folders, tmp_path):
    for folder, domain, size in ((folders[0], "real", 32), (folders[1], "synthetic", 16)):
        assert synthgap("prepare", folder, "--domain", domain, "--size", size).code == 0
    ended = synthgap("classify", "--epochs", "1", "--json")
    assert ended.code == 0, ended.err
    found = json.loads(ended.out)
    assert found["summary"][0]["image_size"] == 16
    assert any("reduced from 32 to 16" in warning for warning in found["warnings"])


def test_enlarging_is_warned_of(synthgap, study, tmp_path):
    ended = synthgap("classify", "--size", "40", "--epochs", "1", "-o", tmp_path, cwd=study)
    assert ended.code == 0
    assert "enlarged to 40" in ended.err


def test_sources_are_told_apart_where_a_domain_has_several(synthgap, folders, tmp_path):
    line = (
        "prepare",
        "--real",
        folders[0],
        "--synthetic",
        folders[1],
        "--synthetic",
        folders[0],
        "--size",
        "16",
    )
    assert synthgap(*line).code == 0
    ended = synthgap("classify", "--epochs", "1")
    assert ended.code == 0, ended.err
    assert "Each source against the whole other side" in ended.err
    (sources,) = tables(tmp_path / "small-cnn.classification.h5", "sources")
    assert sources["is_synthetic"].tolist() == [0, 1, 1]
    assert np.all(sources["auc_low"] <= sources["auc"])


@pytest.mark.parametrize("auc_high, warned", [(0.49, True), (0.51, False)])
def test_a_judge_worse_than_chance_is_warned_of(copy_of_study, capsys, auc_high, warned):
    path = copy_of_study / "small-cnn.classification.h5"
    with h5py.File(path, "r+") as file:
        for name, value in {"auc": 0.3, "auc_low": 0.2, "auc_high": auc_high}.items():
            file[f"summary/{name}"][0] = value
    console = Console()
    show_classification(console, [path])
    capsys.readouterr()
    assert any("worse than chance" in warning for warning in console.warnings) == warned
