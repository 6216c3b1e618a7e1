"""`auto` and `modes` on stores: what they record, and which rows they have seen."""

import json

import h5py
import numpy as np
import pytest

from synthgap_cli.stages.fitted import where_fitted
from synthgap_cli.store.files import read_header
from synthgap_cli.store.samples import Samples


@pytest.fixture
def choosable(copy_of_coded):
    """Enough rows in val to choose by: every other row of train is put there."""
    for domain in ("real", "synthetic"):
        with h5py.File(copy_of_coded / f"{domain}.resvae-4.latents.h5", "r+") as file:
            split = file["samples/split"].asstr()[...]
            split[np.flatnonzero(split == "train")[::2]] = "val"
            file["samples/split"][...] = split
    return copy_of_coded


@pytest.fixture
def labelled(copy_of_coded):
    """Labels of two kinds, that of a scene by its number; one row of the synthetic side has none."""
    for domain in ("real", "synthetic"):
        with h5py.File(copy_of_coded / f"{domain}.resvae-4.latents.h5", "r+") as file:
            groups = file["samples/group"].asstr()[...]
            labels = np.array([f"kind {int(group[-2:]) % 2}" for group in groups], dtype=object)
            if domain == "synthetic":
                labels[0] = ""
            file["samples"].create_dataset("label", data=labels, dtype=h5py.string_dtype())
            file["mean"][...] += 3 * (labels == "kind 1")[:, None].astype(np.float32)
    return copy_of_coded


def test_auto_says_on_the_screen_and_in_the_store_what_it_chose_among(synthgap, choosable):
    ended = synthgap("shift", "--method", "auto", "--json", cwd=choosable)
    assert ended.code == 0, ended.err
    (path,) = json.loads(ended.out)["output"]
    shift = read_header(choosable / path).attributes["shift"]
    assert shift["method"] == "auto" and shift["choose_on"] == "val"
    methods = [one["method"] for one in shift["candidates"]]
    assert methods[:2] == ["none", "mean"] and shift["chosen"] in methods
    assert shift["reason"] in ended.err
    for method in methods:
        assert method in ended.err
    left_out = {one["method"]: one["left_out"] for one in shift["candidates"]}
    assert "rows a side to fit on, needs" in left_out["coral"]
    assert json.loads(ended.out)["shifts"][0]["chosen"] == shift["chosen"]


def test_rows_that_auto_chose_by_are_no_rows_to_test_on(synthgap, choosable):
    (path,) = synthgap("shift", "--method", "auto", cwd=choosable).paths
    seen = {
        (fitted.by, fitted.domain, fitted.splits)
        for fitted in read_header(choosable / path).provenance.fitted_on
    }
    for domain in ("real", "synthetic"):
        assert {("shift", domain, ("train",)), ("auto", domain, ("val",))} <= seen


def test_auto_does_not_choose_by_the_rows_it_fits_on(synthgap, copy_of_coded):
    ended = synthgap("shift", "--method", "auto", "--fit-on", "train+val", cwd=copy_of_coded)
    assert ended.code == 2
    assert "cannot choose by the rows of val" in ended.err


def test_without_rows_to_choose_by_auto_leaves_the_latents_alone(synthgap, copy_of_coded):
    with h5py.File(copy_of_coded / "real.resvae-4.latents.h5", "r+") as file:
        split = file["samples/split"].asstr()[...]
        split[split == "val"] = "test"
        file["samples/split"][...] = split
    ended = synthgap("shift", "--method", "auto", cwd=copy_of_coded)
    assert "too few to choose a shift by" in ended.err
    with (
        h5py.File(copy_of_coded / "synthetic.resvae-4.latents.h5") as before,
        h5py.File(copy_of_coded / ended.paths[0]) as after,
    ):
        np.testing.assert_array_equal(before["mean"][...], after["mean"][...])


def test_modes_move_a_labelled_row_by_its_labels_map(synthgap, labelled):
    ended = synthgap("shift", "--method", "modes", cwd=labelled)
    assert ended.code == 0, ended.err
    assert "kind 0" in ended.err and "kind 1" in ended.err
    with (
        h5py.File(labelled / "synthetic.resvae-4.latents.h5") as before,
        h5py.File(labelled / ended.paths[0]) as after,
    ):
        moved = after["mean"][...] - before["mean"][...]
        labels = before["samples/label"].asstr()[...]
        for number, kind in enumerate(("kind 0", "kind 1")):
            offset = after[f"shift/mean.{number}.offset"][...]
            way = moved[labels == kind]
            np.testing.assert_allclose(way, np.broadcast_to(offset, way.shape), atol=1e-4)
    shift = read_header(labelled / ended.paths[0]).attributes["shift"]
    assert shift["kinds"] == ["kind 0", "kind 1"] and shift["changed-in-last-round"] == 0


def test_real_labels_are_asked_for_where_there_are_none(synthgap, copy_of_coded):
    ended = synthgap("shift", "--method", "modes", "--real-labels", cwd=copy_of_coded)
    assert ended.code == 2
    assert "--real-labels needs labels on both sides" in ended.err


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--base ot", "--base is of --method modes; this is mean"),
        ("--method modes --base auto", "modes cannot be made of 'auto'"),
        ("--choose-on test", "--choose-on is of --method auto"),
        ("--method modes --real-labels --clusters 3", "--clusters finds kinds whatever the labels"),
        ("--method meen", "no shift named 'meen'"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(synthgap, copy_of_coded, line, message):
    ended = synthgap("shift", *line.split(), cwd=copy_of_coded)
    assert ended.code == 2
    assert message in ended.err


@pytest.mark.parametrize(
    ("shift", "splits", "on"),
    [
        ({"method": "mean"}, ("test",), "other rows"),
        ({"method": "mean"}, ("train",), "these rows"),
        ({"method": "mean"}, ("train", "test"), "unknown"),
        ({"method": "mean", "again": "digest"}, ("test",), "unknown"),
        ({"method": "ot"}, ("test",), "unknown"),
        ({"method": "none"}, ("train",), "nothing"),
        ({"method": "auto", "chosen": "mean", "choose_on": "val"}, ("test",), "unknown"),
        ({"method": "auto", "chosen": "none", "choose_on": "val"}, ("test",), "nothing"),
        ({"method": "auto", "chosen": "none", "choose_on": "val"}, ("val",), "unknown"),
    ],
    ids=str,
)
def test_a_null_in_closed_form_is_claimed_for_the_mean_on_other_rows_and_for_no_shift(
    study, shift, splits, on
):
    header = read_header(study / "synthetic.resvae-4.mean.latents.h5")
    told = {"strength": 1.0, "splits": ["train"], "fit-sizes": [30, 30], **shift}
    header.attributes["shift"].clear()
    header.attributes["shift"].update(told)
    split = np.array(["train", "val", "test"] * 10)
    samples = Samples({"id": np.arange(30), "split": split, "group": np.repeat(np.arange(10), 3)})
    assert where_fitted(header, [samples, samples], splits).on == on
