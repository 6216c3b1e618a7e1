"""Pairs of stores to results stores: scenes, pairs of one domain, files for other programs."""

import csv
import json
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pytest
from scipy import stats

REAL, SYNTHETIC = "real.mnasnet0_5.features.h5", "synthetic.mnasnet0_5.features.h5"
PAIR = "components/real-synthetic.mnasnet0_5"


def read(path, *columns):
    with h5py.File(path) as file:
        return [file[column][...] for column in columns]


def samples(path, column):
    with h5py.File(path) as file:
        return file[f"samples/{column}"].asstr()[...]


def test_where_scenes_are_known_the_clustered_test_stands_beside_the_plain_one(study):
    path = study / "ttest.results.h5"
    (features, other) = (read(study / name, "features")[0].astype(float) for name in (REAL, SYNTHETIC))
    means = [
        np.stack([side[groups == group].mean(axis=0) for group in np.unique(groups)])
        for side, groups in (
            (features, samples(study / REAL, "group")),
            (other, samples(study / SYNTHETIC, "group")),
        )
    ]
    expected = stats.ttest_ind(*means, equal_var=False)  # twelve scenes of five images
    found, effect = read(path, f"{PAIR}/clustered_p_value", f"{PAIR}/design_effect")
    live = np.isfinite(found)
    np.testing.assert_allclose(found[live], expected.pvalue[live], rtol=1e-6)
    with h5py.File(path) as file:
        row = list(file["summary/of"].asstr()).index("mnasnet0_5")
        summary = {name: file[f"summary/{name}"][row] for name in file["summary"]}
    assert summary["clustered_percent"] == pytest.approx(100 * np.mean(expected.pvalue[live] <= 0.05))
    assert summary["design_effect"] == pytest.approx(np.median(effect[live]))
    assert summary["effective_n_reference"] < summary["n_reference"] == 60
    assert summary["clustered_expected_percent"] == 5
    assert 1 <= summary["effective_components"] <= summary["components"]


def test_without_clustering_nothing_is_said_of_scenes(synthgap, study, tmp_path):
    ended = synthgap("ttest", study / REAL, study / SYNTHETIC, "--cluster", "none", "--repeats", "2",
                     "-o", tmp_path)  # fmt: skip
    assert ended.code == 0, ended.err
    assert "warning" not in ended.err and "as independent" not in ended.err
    assert np.isnan(read(tmp_path / "ttest.results.h5", "summary/clustered_percent")[0]).all()


def test_with_fewer_than_ten_scenes_there_is_no_clustered_test_and_a_warning(synthgap, study, tmp_path):
    ended = synthgap("ttest", study / REAL, study / SYNTHETIC, "--split", "test", "--repeats", "2",
                     "-o", tmp_path)  # fmt: skip
    assert ended.code == 0
    assert "fewer than 10" in ended.err
    assert np.isnan(read(tmp_path / "ttest.results.h5", "summary/clustered_percent")[0]).all()


def test_two_versions_of_the_same_images_are_tested_in_pairs(synthgap, study, tmp_path):
    shifted = "synthetic.resvae-4.mean.latents.h5"
    ended = synthgap("ttest", study / shifted, study / "synthetic.resvae-4.latents.h5", "--split", "all",
                     "--top", "2", "-o", tmp_path)  # fmt: skip
    assert ended.paths == [f"{tmp_path}/synthetic.resvae-4.mean.latents.ttest.results.h5"], ended.err
    with h5py.File(ended.paths[0]) as file:
        assert list(file["summary/statistic"].asstr()) == ["paired t"]
        assert list(file["summary/pair"].asstr()) == ["synthetic-synthetic.resvae-4.mean"]
        assert np.isnan(file["summary/expected_percent"][0])  # what a fitted shift leaves is no null
        means = [file[f"components/synthetic-synthetic.resvae-4.mean/mean_{side}"][...]
                 for side in ("reference", "candidate")]  # fmt: skip
    before, after = (read(study / name, "mean")[0] for name in ("synthetic.resvae-4.latents.h5", shifted))
    np.testing.assert_allclose(means, [before.mean(axis=0, dtype=float), after.mean(axis=0, dtype=float)])


@pytest.mark.parametrize("test", ["ks", "mannwhitney", "levene"])
def test_versions_that_cannot_be_paired_share_no_scene(synthgap, study, tmp_path, test):
    decoded = "real.resvae-4.images.h5"
    line = ("extract", "-n", "mnasnet0_5", "--weights", "random", study / decoded, "-o", tmp_path)
    assert synthgap(*line).code == 0
    ended = synthgap("ttest", study / REAL, tmp_path / "real.resvae-4.mnasnet0_5.features.h5", "--split",
                     "all", "--test", test, "--repeats", "1", "-o", tmp_path)  # fmt: skip
    assert ended.code == 0, ended.err
    (path,) = ended.paths
    assert path.endswith("real.resvae-4.against-mnasnet0_5.ttest.results.h5")
    sizes = read(path, "summary/n_reference", "summary/n_candidate")
    assert [int(size[0]) for size in sizes] == [30, 30]


def test_top_names_the_components_and_images_that_differ_most(synthgap, study, tmp_path):
    ended = synthgap("ttest", study / REAL, study / SYNTHETIC, "--top", "3", "--repeats", "1",
                     "-o", tmp_path)  # fmt: skip
    with h5py.File(ended.paths[0]) as file:
        top = {name: column[...] for name, column in file["top/real-synthetic.mnasnet0_5"].items()}
        effects = file[f"{PAIR}/cohens_d"][...]
    (features,) = read(study / REAL, "features")
    largest = np.argsort(-np.abs(np.nan_to_num(effects)))[:3]
    assert list(top["component"]) == list(largest)
    towards = np.sign(effects[largest[0]])
    furthest = samples(study / REAL, "id")[np.argmax(towards * features[:, largest[0]])]
    assert top["reference_1"][0].decode() == furthest
    assert (top["difference_low"] <= top["difference"]).all()
    assert (top["difference"] <= top["difference_high"]).all()
    assert furthest in ended.err


def test_components_are_written_for_other_programs(synthgap, study, tmp_path):
    line = ("ttest", study / REAL, study / SYNTHETIC, "--repeats", "1", "-o", tmp_path)
    for ending in ("csv", "json"):
        assert synthgap(*line, "--components", f"c.{ending}").code == 0
    rows = list(csv.DictReader((tmp_path / "c.csv").open()))
    told = json.loads((tmp_path / "c.json").read_text())
    (p_value,) = read(tmp_path / "ttest.results.h5", f"{PAIR}/p_value")
    assert len(rows) == len(told) == len(p_value)
    assert rows[5]["component"] == "5" and rows[5]["pair"] == "real-synthetic.mnasnet0_5"
    for row, one, exact in zip(rows, told, p_value, strict=True):
        if np.isnan(exact):
            assert row["p_value"] == "" and one["p_value"] is None
        else:
            assert float(row["p_value"]) == one["p_value"] == exact


def test_a_file_of_components_is_not_overwritten_unasked(synthgap, study, tmp_path):
    line = (
        "ttest",
        study / REAL,
        study / SYNTHETIC,
        "--repeats",
        "1",
        "-o",
        tmp_path,
        "--components",
        "c.csv",
    )
    (tmp_path / "c.csv").write_text("mine")
    assert synthgap(*line).code == 73
    assert (tmp_path / "c.csv").read_text() == "mine"
    assert synthgap(*line, "--force").code == 0
    assert synthgap(*line).code == 0  # it says the same
    assert synthgap(*line[:-1], "c.txt").code == 2


@pytest.mark.parametrize("command", [("ttest", "--repeats", "1"), ("gap", "-d", "fid", "--repeats", "5")])
def test_two_candidates_that_results_could_not_tell_apart_are_refused_before_any_work(
    synthgap, study, tmp_path, command
):
    (tmp_path / "again").mkdir()
    shutil.copy(study / SYNTHETIC, tmp_path / "again")
    twice = study / SYNTHETIC, tmp_path / "again" / SYNTHETIC
    ended = synthgap(*command, study / REAL, *twice, "-o", tmp_path)
    assert ended.code == 2
    assert all(str(path) in ended.err for path in twice)


@pytest.mark.parametrize("command", [("ttest", "--repeats", "1"), ("gap", "-d", "fid", "--repeats", "5")])
def test_sides_of_images_of_two_sizes_are_compared_with_a_warning(
    synthgap, folders, study, tmp_path, command
):
    line = ("prepare", "--synthetic", folders[1], "--size", "16")
    assert synthgap(*line).code == 0
    assert synthgap("extract", "-n", "mnasnet0_5", "--weights", "random").code == 0
    ended = synthgap(*command, study / REAL, SYNTHETIC)
    assert ended.code == 0
    assert "32 pixels" in ended.err and "16" in ended.err
    assert "pixels" not in synthgap(*command, study / REAL, study / SYNTHETIC, "-o", "alike/").err


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_what_is_no_text_is_not_overwritten_by_components_either(synthgap, study, tmp_path, content):
    path = tmp_path / "c.csv"
    path.write_bytes(content) if content else path.mkdir()
    ended = synthgap("ttest", study / REAL, study / SYNTHETIC, "--repeats", "1", "-o", tmp_path,
                     "--components", "c.csv")  # fmt: skip
    assert ended.code == (73 if content else 2)
    assert "c.csv" in ended.err


def test_a_test_imports_no_torch(study, tmp_path):
    arguments = ["synthgap", "ttest", str(study / REAL), str(study / SYNTHETIC), "-o", str(tmp_path), "-q"]
    code = (
        f"import sys; sys.argv = {arguments}; from synthgap_cli.cli import run; "
        "assert run() == 0; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
