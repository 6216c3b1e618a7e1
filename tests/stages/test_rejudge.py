"""A judge trained before: whom it judges, on which rows, and whom it refuses."""

import json
import shutil

import h5py
import numpy as np
import pytest

from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store

JUDGE = "small-cnn.classification.h5"


def table(path, name="scores"):
    with open_store(path) as store:
        return store.table(name)


@pytest.fixture
def rejudged(synthgap, study, tmp_path):
    def run(*arguments, cwd=study):
        ended = synthgap("classify", "--model", study / JUDGE, *arguments, "-o", tmp_path, cwd=cwd)
        assert ended.code == 0, ended.err
        return ended

    return run


def test_a_judge_says_of_its_own_images_what_it_said(rejudged, study, tmp_path):
    ended = rejudged()
    assert ended.paths == [str(tmp_path / "by-small-cnn.classification.h5")]
    before, after = table(study / JUDGE), table(tmp_path / "by-small-cnn.classification.h5")
    for column in ("id", "domain", "seen", "tested"):
        np.testing.assert_array_equal(after[column], before[column])
    np.testing.assert_allclose(after["probability"], before["probability"], rtol=1e-6)
    ours, theirs = (
        table(path, "summary") for path in (study / JUDGE, tmp_path / "by-small-cnn.classification.h5")
    )
    assert ours["auc"] == pytest.approx(theirs["auc"])
    assert f"learned from {after['seen'].sum()} of 120" in ended.err


def test_where_it_comes_from_names_the_judge(rejudged, study, tmp_path):
    rejudged()
    header, judge = read_header(tmp_path / "by-small-cnn.classification.h5"), read_header(study / JUDGE)
    assert [p.sha256 for p in header.provenance.recipe.parents if p.role == "judge"] == [judge.sha256]
    assert header.attributes["judge-sha256"] == judge.sha256
    assert set(judge.provenance.fitted_on) <= set(header.provenance.fitted_on)


def test_one_side_alone_is_scored_and_no_more(rejudged, tmp_path):
    ended = rejudged("real.images.h5", "--json")
    path = tmp_path / "real.by-small-cnn.classification.h5"
    found = json.loads(ended.out)
    assert found["output"] == [str(path)]
    assert found["summary"][0]["auc"] is None
    assert 0 <= found["summary"][0]["real_over_half"] <= 1
    assert len(table(path)["probability"]) == 60
    with open_store(path) as store:
        assert "curves" not in store and "model" not in store
    assert "Scores of one side alone" in ended.err


def test_unknown_images_are_all_judged(rejudged, synthgap, tmp_path, study):
    from PIL import Image

    rng = np.random.default_rng(0)
    for name in ("field", "game"):
        (tmp_path / name).mkdir()
        for number in range(12):
            Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)).save(
                tmp_path / name / f"{number}.png"
            )
    new = tmp_path / "new"
    line = (
        "prepare",
        "--real",
        tmp_path / "field",
        "--synthetic",
        tmp_path / "game",
        "--size",
        "40",
        "-o",
        new,
    )
    assert synthgap(*line).code == 0
    ended = rejudged(cwd=new)
    summary = table(tmp_path / "by-small-cnn.classification.h5", "summary")
    assert (summary["n_real"][0], summary["n_synthetic"][0]) == (12, 12)
    assert summary["rows"][0] == "train+val+test"
    assert "reduced from 40 to 32" in ended.err
    assert "learned from" not in ended.err


def test_the_same_folder_prepared_anew_was_seen(rejudged, synthgap, folders, tmp_path, study):
    new = tmp_path / "new"
    line = (
        "prepare",
        "--real",
        folders[0],
        "--synthetic",
        folders[1],
        "--size",
        "36",
        "--seed",
        "5",
        "-o",
        new,
    )
    assert synthgap(*line).code == 0
    rejudged(cwd=new)
    before, after = table(study / JUDGE), table(tmp_path / "by-small-cnn.classification.h5")
    np.testing.assert_array_equal(after["id"], before["id"])
    np.testing.assert_array_equal(after["tested"], before["tested"])
    assert not np.array_equal(after["split"], before["split"])


def test_where_all_images_were_seen_it_is_said_by_what_they_are_known(synthgap, study, tmp_path):
    with h5py.File(shutil.copy(study / JUDGE, tmp_path / JUDGE), "r+") as file:
        file["scores/seen"][:] = 1
    ended = synthgap("classify", "--model", tmp_path / JUDGE, "-o", tmp_path, cwd=study)
    assert ended.code == 0, ended.err
    assert "learned from 120 of 120" in ended.err
    assert "known by their folder's and their own names" in ended.err


def test_another_image_of_a_scene_that_was_learned_from_was_seen(rejudged, synthgap, folders, tmp_path):
    import shutil

    root = tmp_path / "again"
    for folder in folders:
        copy = shutil.copytree(folder, root / folder.name)
        for image in sorted(copy.rglob("*.png")):
            image.rename(image.with_stem(f"new-{image.stem}"))
    line = ("prepare", "--real", root / "real", "--synthetic", root / "synthetic", "--size", "32", "-o", root)
    assert synthgap(*line).code == 0
    ended = rejudged(cwd=root)
    assert "or their scenes" in ended.err
    assert 0 < table(tmp_path / "by-small-cnn.classification.h5")["tested"].sum() < 120


def test_a_shifted_store_is_judged_with_its_decoded_reference_on_rows_unseen_by_the_vae(rejudged, tmp_path):
    rejudged("--on", "resvae-4.mean")
    path = tmp_path / "resvae-4.mean.by-small-cnn.classification.h5"
    assert table(path, "summary")["pair"][0] == "real-synthetic.resvae-4.mean"
    scores = table(path)
    np.testing.assert_array_equal(scores["tested"] == 1, scores["split"] == "test")


def test_a_candidate_without_a_reference_is_scored_alone(rejudged, study, tmp_path):
    import shutil

    (tmp_path / "lone").mkdir()
    shutil.copy(study / "synthetic.images.h5", tmp_path / "lone")
    rejudged(cwd=tmp_path / "lone")
    assert (tmp_path / "synthetic.by-small-cnn.classification.h5").exists()


def test_style_features_of_a_stored_judge_are_feature_stores(rejudged, study, tmp_path):
    ended = rejudged("--style-features")
    assert str(tmp_path / "real.by-small-cnn.features.h5") in ended.paths
    with (
        open_store(tmp_path / "real.by-small-cnn.features.h5") as ours,
        open_store(study / "real.small-cnn.features.h5") as theirs,
    ):
        np.testing.assert_allclose(
            ours.dataset("features")[:], theirs.dataset("features")[:], rtol=1e-5, atol=1e-6
        )


def test_running_again_is_up_to_date(rejudged):
    rejudged()
    assert "up to date" in rejudged().err


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("--model real.images.h5", 65, "classification"),
        ("--model nowhere.h5", 66, "nowhere.h5"),
        (f"--model {JUDGE} --epochs 3", 2, "--epochs"),
        (f"--model {JUDGE} --size 16 --repeats 2", 2, "--size and --repeats"),
        (f"--model {JUDGE} -o {JUDGE} --force", 2, "is an input"),
    ],
)
def test_what_cannot_be_is_one_sentence(synthgap, study, line, code, says):
    ended = synthgap("classify", *line.split(), cwd=study)
    assert ended.code == code, ended.err
    assert says in ended.err
    assert ended.out == ""


def test_images_smaller_than_the_judges_are_refused(synthgap, study, folders, tmp_path):
    line = ("prepare", "--real", folders[0], "--synthetic", folders[1], "--size", "16")
    assert synthgap(*line).code == 0
    ended = synthgap("classify", "--model", study / JUDGE)
    assert ended.code == 65
    assert "16 pixels" in ended.err and "32" in ended.err


def test_a_judge_of_a_judge_is_refused(rejudged, synthgap, study, tmp_path):
    rejudged()
    ended = synthgap("classify", "--model", tmp_path / "by-small-cnn.classification.h5", cwd=study)
    assert ended.code == 65
    assert "no network" in ended.err


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda file: file.__delitem__("model/to_logit.bias"), "to_logit.bias"),
        (lambda file: file["model/to_logit.bias"].write_direct(np.array([np.nan], np.float32)), "not finite"),
        (lambda file: file.__delitem__("scores/seen"), "scores"),
    ],
    ids=["missing", "not finite", "unknown past"],
)
def test_a_damaged_judge_is_refused(synthgap, copy_of_study, damage, says):
    with h5py.File(copy_of_study / JUDGE, "a") as file:
        damage(file)
    ended = synthgap("classify", "--model", JUDGE, cwd=copy_of_study)
    assert ended.code in (1, 65)
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert not (copy_of_study / "by-small-cnn.classification.h5").exists()
