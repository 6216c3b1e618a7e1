"""Which shift it was, among which it was chosen, and how several compare."""

from dataclasses import replace

import pytest

from synthgap_cli.ledger.standings import Standing
from synthgap_cli.report.sections.ledgers import compared
from synthgap_cli.report.sections.shift import chosen_from, describe_shift
from synthgap_cli.store.files import read_header


@pytest.fixture
def shift(study):
    return read_header(study / "synthetic.resvae-4.mean.latents.h5")


def test_a_shift_is_told_with_what_it_was_fitted_on(shift):
    real, synthetic = shift.attributes["shift"]["fit-sizes"]
    assert describe_shift(shift).text == (
        f"The shift: mean; strength 1; fitted on {real} real and {synthetic} synthetic rows of train."
    )
    assert chosen_from(shift) == []


def test_a_chosen_shift_is_told_with_its_candidates_and_the_reason(shift):
    candidates = [
        {"method": "none", "c2st": 0.9, "frechet": 120.0, "left_out": ""},
        {"method": "ot", "strength": 0.5, "c2st": 0.6, "frechet": 40.0, "content": 0.9, "left_out": ""},
        {"method": "coral", "c2st": None, "frechet": None, "left_out": "fewer rows than latents"},
    ]
    told = {
        "method": "auto",
        "chosen": "ot",
        "chosen-strength": 0.5,
        "reason": "Nearest by both.",
        "candidates": candidates,
    }
    chosen = replace(shift, attributes={"shift": {**shift.attributes["shift"], **told}})
    assert "auto, which chose ot at 0.5;" in describe_shift(chosen).text
    reason, table = chosen_from(chosen)
    assert reason.text == "Nearest by both."
    assert table.rows == [
        ["none", 1, 0.9, 120.0, None, ""],
        ["ot", 0.5, 0.6, 40.0, 0.9, "chosen"],
        ["coral", 1, None, None, None, "fewer rows than latents"],
    ]


def standing(name, ledger):
    return Standing(name, tuple(name.split(".")), ledger)


def test_several_shifts_stand_side_by_side(told):
    weak = told("too weak to judge", kept="lost", use="unclear")
    (section,) = compared([standing("resvae-4.mean", told("closed")), standing("resvae-4.ot", weak)])
    (table,) = section.blocks
    assert table.rows == [
        ["resvae-4.mean", "R'/T", "95.0% (85.0% to 105.0%)", "closed", "small-cnn, ROC-AUC", "kept",
         "90.0% (88.0% to 92.0%)", "better"],
        ["resvae-4.ot", "R'/T", None, "too weak to judge", "none", "lost",
         "66.0% (63.0% to 69.0%)", "unclear"],
    ]  # fmt: skip


def test_without_labels_the_comparison_says_nothing_of_use(told):
    (section,) = compared([standing("resvae-4.mean", told(use=None))] * 2)
    assert [len(row) for row in section.blocks[0].rows] == [6, 6]


def test_one_shift_needs_no_comparison(told):
    assert compared([standing("resvae-4.mean", told())]) == []
