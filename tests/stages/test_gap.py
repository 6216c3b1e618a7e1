"""The command ``gap``: from stores to a results store, a table and an exit code."""

import json

import h5py
import numpy as np
import pytest

from synthgap_cli.store.reader import open_store

QUICK = ("-d", "fid", "-d", "energy", "--repeats", "5", "--permutations", "19")


def summary(path):
    with open_store(path) as store:
        store.verify()
        columns = store.table("summary")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.fixture(scope="module")
def measured(study, run_quietly, tmp_path_factory):
    """The gap of the study's features, of its latents before and after the shift."""
    directory = tmp_path_factory.mktemp("gap")
    for source in study.glob("*.h5"):
        (directory / source.name).symlink_to(source)
    run_quietly(directory, "gap", *QUICK)
    for steps in ("resvae-4", "resvae-4.mean"):
        run_quietly(directory, "gap", *QUICK, "--on", steps)
    return directory


def test_a_row_a_pair_and_number_with_floors_by_image_and_by_scene(measured):
    rows = summary(measured / "gap.results.h5")
    pairs = {row["pair"] for row in rows}
    assert len(rows) == 2 * len(pairs)
    row = next(row for row in rows if row["of"] == "mnasnet0_5" and row["statistic"] == "energy")
    assert (row["n_reference"], row["groups_reference"], row["n_half"]) == (60, 12, 30)
    assert row["rows"] == "train+val+test"
    assert row["floor_by"] == "group"
    assert row["low"] < row["value"] < row["high"]
    assert row["p_value"] * 20 == pytest.approx(round(row["p_value"] * 20))
    for side in ("between", "reference", "candidate"):
        for suffix in ("", "_groups"):
            least, mean, most = (row[f"{side}{suffix}_{part}"] for part in ("min", "mean", "max"))
            assert least <= mean <= most
    assert row["beyond_floor"] == (row["value_at_half"] > row["floor"])


def test_the_number_is_what_numpy_finds_in_the_stored_features(measured):
    sides = []
    for domain in ("real", "synthetic"):
        with h5py.File(measured / f"{domain}.mnasnet0_5.features.h5") as store:
            sides.append(store["features"][...].astype(float))
    means = [side.mean(axis=0) for side in sides]
    centred = [(side - side.mean(axis=0)) / np.sqrt(len(side) - 1) for side in sides]
    shared = np.linalg.norm(centred[0] @ centred[1].T, "nuc")
    expected = np.sum((means[0] - means[1]) ** 2) + sum(np.sum(side**2) for side in centred) - 2 * shared
    rows = summary(measured / "gap.results.h5")
    found = next(row for row in rows if row["of"] == "mnasnet0_5" and row["statistic"] == "fid")
    assert found["value"] == pytest.approx(expected, rel=1e-8)
    assert np.isnan(found["p_value"])


def test_every_draw_behind_the_floors_is_kept(measured):
    rows = summary(measured / "gap.results.h5")
    row = next(row for row in rows if row["of"] == "mnasnet0_5" and row["statistic"] == "fid")
    with open_store(measured / "gap.results.h5") as store:
        drawn = store.table(f"components/{row['pair']}")
    mine = drawn["value"][(drawn["statistic"] == "fid") & (drawn["part"] == "reference_groups")]
    assert len(mine) == 5
    assert mine.max() == row["reference_groups_max"]


def test_latents_have_files_of_their_own_and_a_shift_is_judged_on_unseen_rows(measured):
    before, after = (
        summary(measured / f"{steps}.latents.gap.results.h5") for steps in ("resvae-4", "resvae-4.mean")
    )
    assert {row["rows"] for row in after} == {"test"}
    assert not any(row["circular"] for row in after)
    assert before[0]["components"] == after[0]["components"] == 4 * 16


def test_paths_flow_and_a_second_run_is_up_to_date(synthgap, measured):
    names = f"{measured}/real.mnasnet0_5.features.h5\n{measured}/synthetic.mnasnet0_5.features.h5\n"
    first = synthgap("gap", *QUICK, "-", "-o", "own.results.h5", stdin=names)
    assert (first.code, first.paths) == (0, ["own.results.h5"])
    assert "above floor" in first.err or "within floor" in first.err
    again = synthgap("gap", *QUICK, "-", "-o", "own.results.h5", stdin=names)
    assert "up to date" in again.err
    changed = synthgap("gap", *QUICK, "--seed", "1", "-", "-o", "own.results.h5", stdin=names)
    assert changed.code == 73


def test_fail_if_exits_with_ten_once_the_outputs_are_written(synthgap, measured):
    ended = synthgap("gap", *QUICK, "--fail-if", "energy.p_value<=1", cwd=measured)
    assert (ended.code, ended.paths) == (10, ["gap.results.h5"])
    assert "energy.p_value<=1 holds of real-synthetic" in ended.err
    assert synthgap("gap", *QUICK, "--fail-if", "fid<0", cwd=measured).code == 0


def test_fail_if_about_an_unknown_number_fails(synthgap, measured):
    ended = synthgap("gap", *QUICK, "--fail-if", "fid.p_value<0.1", cwd=measured)
    assert ended.code == 1
    assert "fid.p_value of real-synthetic" in ended.err


@pytest.mark.parametrize(
    "wrong", [("--fail-if", "kid>1"), ("--fail-if", "fid"), ("-d", "fidd"), ("--split", "tst")]
)
def test_what_cannot_be_asked_is_refused_before_any_work(synthgap, study, tmp_path, wrong):
    ended = synthgap("gap", *QUICK, *wrong, "-o", str(tmp_path / "none.results.h5"), cwd=study)
    assert ended.code == 2
    assert not (tmp_path / "none.results.h5").exists()


def test_json_has_a_row_a_number_and_null_where_unknown(synthgap, measured):
    ended = synthgap("gap", *QUICK, "--json", cwd=measured)
    document = json.loads(ended.out)
    assert document["output"] == ["gap.results.h5"]
    assert {row["statistic"] for row in document["summary"]} == {"fid", "energy"}
    assert all(row["p_value"] is None for row in document["summary"] if row["statistic"] == "fid")


def test_a_dry_run_writes_nothing(synthgap, study, tmp_path):
    path = tmp_path / "none.results.h5"
    ended = synthgap("gap", *QUICK, "--dry-run", "--on", "resvae-4", "-o", str(path), cwd=study)
    assert ended.code == 0
    assert "would write" in ended.err
    assert not path.exists()


def test_with_fewer_than_ten_scenes_there_is_no_floor_by_scene_and_a_warning(synthgap, study, tmp_path):
    line = ("gap", *QUICK, "--on", "resvae-4", "-o", str(tmp_path / "few.results.h5"))
    assert "fewer than 10" in synthgap(*line, "--split", "test", cwd=study).err
    assert "fewer than 10" not in synthgap(*line, "--split", "all", "--force", cwd=study).err


def test_images_are_not_compared(synthgap, study):
    ended = synthgap("gap", "real.images.h5", cwd=study)
    assert ended.code == 65
    assert "features or latents" in ended.err
