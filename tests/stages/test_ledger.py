"""The command ``ledger``: from image stores to a results store, tables and an exit code."""

import json
import shutil

import numpy as np
import pytest

from synthgap_cli.store.files import read_header
from synthgap_cli.store.reader import open_store

QUICK = ("ledger", "--epochs", "1", "--repeats", "6")
LEDGER = "resvae-4.mean.ledger.results.h5"
OTHER = "resvae-4.standardise.ledger.results.h5"


def rows_of(path, table):
    with open_store(path) as store:
        columns = store.table(table)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.fixture(scope="session")
def kept(coded, run_quietly, tmp_path_factory):
    """A directory with ledgers of two shifts, written by one command; to be left as it is."""
    directory = tmp_path_factory.mktemp("ledger") / "study"
    shutil.copytree(coded, directory)
    run_quietly(directory, "shift", "--method", "standardise")
    run_quietly(directory, "decode")
    with pytest.MonkeyPatch.context() as patch:  # coarser p-values, sooner
        patch.setattr("synthgap_cli.stages.ledger.permutations_for", lambda num_judges: 19)
        run_quietly(directory, *QUICK)
    return directory


@pytest.fixture
def copy_of_kept(kept, tmp_path):
    return shutil.copytree(kept, tmp_path / "kept")


def test_one_ledger_a_shift_with_a_row_a_pair_judge_and_number(kept):
    assert (kept / OTHER).exists()
    rows = rows_of(kept / LEDGER, "summary")
    assert [row["pair"] for row in rows[:11]] == ["R1/R2"] * 11
    assert {row["pair"] for row in rows} == {
        "R1/R2", "R'1/R'2", "R/S", "R/R'", "R'/S'", "R'/T", "R/T", "S'/T"
    }  # fmt: skip
    for pair in ("R/S", "S'/T"):
        mine = [(row["judge"], row["statistic"]) for row in rows if row["pair"] == pair]
        views = [
            (view, name)
            for view in ("edges", "pixels")
            for name in ("c2st", "fid", "kid", "rejected", "median_d")
        ]
        assert mine == [("small-cnn", "auc"), *views]
    assert {row["rows"] for row in rows} == {"test"}
    assert {row["groups_first"] for row in rows} == {0}, "too few scenes: images are independent"


def test_all_pairs_are_of_as_many_rows(kept):
    rows = rows_of(kept / LEDGER, "summary")
    assert len({row["n"] for row in rows if row["judge"] != "small-cnn"}) == 1
    tested = {row["n"] for row in rows if row["judge"] == "small-cnn" and row["judged"] != "halves"}
    assert len(tested) == 1


def test_shares_closed_have_one_headline_at_most_and_none_where_too_weak(kept):
    rows = rows_of(kept / LEDGER, "closed")
    weak = [row for row in rows if row["verdict"] == "too weak to judge"]
    assert sum(row["headline"] for row in rows) == (0 if len(weak) == len(rows) else 1)
    assert all(np.isnan(row["closed"]) and not row["headline"] for row in weak)


def test_content_and_density_are_there_and_utility_is_not_without_labels(kept):
    with open_store(kept / LEDGER) as store:
        store.verify()
        assert "content" in store and "density" in store and "density-points" in store
        assert "utility" not in store


def test_a_ledger_says_the_same_alone_as_beside_others_and_warns_of_few_scenes(
    copy_of_kept, synthgap, monkeypatch
):
    monkeypatch.setattr("synthgap_cli.stages.ledger.permutations_for", lambda num_judges: 19)
    before = read_header(copy_of_kept / OTHER).sha256
    line = (*QUICK, "--on", "resvae-4.standardise", "-o", "alone.results.h5")
    ended = synthgap(*line, cwd=copy_of_kept)
    assert (ended.code, ended.paths) == (0, ["alone.results.h5"])
    assert read_header(copy_of_kept / "alone.results.h5").sha256 == before
    assert "fewer than 10" in ended.err


def test_a_second_run_is_up_to_date_and_another_is_refused(synthgap, kept):
    again = synthgap(*QUICK, cwd=kept)
    assert (again.code, again.paths) == (0, [LEDGER, OTHER])
    assert "up to date" in again.err and "gap closed" in again.err
    assert synthgap(*QUICK, "--seed", "1", cwd=kept).code == 73


def test_paths_flow_in_and_partners_are_found(synthgap, kept):
    names = f"{kept}/synthetic.resvae-4.mean.images.h5\n{kept}/resvae-4.vae.safetensors\n"
    ended = synthgap(*QUICK, "-", stdin=names)
    assert (ended.code, ended.paths) == (0, [str(kept / LEDGER)])


def test_show_prints_the_tables_on_stdout_alone_in_80_columns(synthgap, kept):
    ended = synthgap("ledger", "--show", LEDGER, cwd=kept)
    assert ended.code == 0
    assert ended.err == ""
    for words in ("R'/T", "Share of the gap closed", "Content kept", "Density of the latents"):
        assert words in ended.out
    notes = [line for line in ended.out.splitlines() if line.startswith(("Area", "before:"))]
    assert max(map(len, notes)) <= 80


def test_show_without_a_ledger_says_what_makes_one(synthgap, coded, copy_of_coded):
    assert synthgap("ledger", "--show", cwd=coded).code == 66
    assert synthgap("gap", "--on", "resvae-4", "-d", "energy", "--split", "all", cwd=copy_of_coded).code == 0
    ended = synthgap("ledger", "--show", cwd=copy_of_coded)
    assert ended.code == 66
    assert "synthgap ledger" in ended.err


def test_json_has_every_table_of_every_ledger(synthgap, kept):
    document = json.loads(synthgap(*QUICK, "--json", cwd=kept).out)
    assert document["output"] == [LEDGER, OTHER]
    ledger = document["ledgers"]["resvae-4.mean"]
    assert {"summary", "closed", "content", "density"} <= set(ledger)
    assert ledger["summary"][0]["pair"] == "R1/R2"


def test_fail_if_asks_about_what_was_measured(synthgap, kept):
    ended = synthgap(*QUICK, "--fail-if", "content_kept>=0", cwd=kept)
    assert (ended.code, ended.paths) == (10, [LEDGER, OTHER])
    assert synthgap("ledger", "--show", LEDGER, "--fail-if", "content-kept>=0", cwd=kept).code == 10
    assert synthgap(*QUICK, "--fail-if", "auc_after>2", cwd=kept).code == 0


def test_fail_if_about_what_is_unknown_fails(synthgap, kept):
    ended = synthgap(*QUICK, "--fail-if", "utility<0.9", cwd=kept)
    assert ended.code == 1
    assert "utility of resvae-4.mean is unknown" in ended.err
    assert synthgap(*QUICK, "--fail-if", "utilty<0.9", cwd=kept).code == 2


def test_versions_that_hold_other_rows_are_refused(copy_of_kept, synthgap):
    import h5py

    path = copy_of_kept / "synthetic.resvae-4.mean.images.h5"
    with h5py.File(path, "r+") as store:
        store["samples/id"][...] = store["samples/id"][...][::-1]
    ended = synthgap(*QUICK, "--force", cwd=copy_of_kept)
    assert ended.code == 65
    assert "the same images row by row" in ended.err


def test_a_dry_run_writes_nothing(synthgap, coded):
    ended = synthgap(*QUICK, "--dry-run", cwd=coded)
    assert ended.code == 0
    assert f"would write {LEDGER}" in ended.err
    assert not (coded / LEDGER).exists()
