"""Few words from many numbers."""

import pytest

from synthgap_cli.ledger.conclusions import closes, content_kept, use
from synthgap_cli.report.findings import CLOSED_TONES

VERDICTS = ("closed", "partly closed", "not closed", "widened", "undecided", "too weak to judge")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_headline_decides_what_became_of_the_gap(told, verdict):
    ledger = told(verdict)
    assert ledger.verdict == verdict
    assert closes(ledger) == (verdict in ("closed", "partly closed"))


def test_only_a_closed_gap_reads_as_none():
    tones = [CLOSED_TONES.get(one, "unknown") for one in VERDICTS]
    assert tones == ["none", "gap", "gap", "gap", "unknown", "unknown"]


@pytest.mark.parametrize("kept", ["kept", "partly kept", "lost"])
def test_pictures_are_held_against_what_decoding_alone_keeps(told, kept):
    assert content_kept(told(kept=kept)) == kept


def test_where_decoding_alone_loses_the_pictures_nothing_is_said_of_the_shift(told):
    ledger = told(kept="lost")
    ledger.control("edges")["value"] = 0.2
    assert content_kept(ledger) == "unknown"
    assert content_kept(ledger, "resnet18") == "unknown"


@pytest.mark.parametrize("found", ["better", "worse", "unclear"])
def test_only_intervals_apart_call_training_better_or_worse(told, found):
    assert use(told(use=found)) == found


def test_without_labels_use_is_unknown(told):
    assert use(told(use=None)) == "unknown"


@pytest.mark.parametrize("kept", ["kept", "partly kept", "lost"])
def test_pictures_of_translated_images_are_held_against_their_originals(told, kept):
    ledger = told(kept=kept, of=("U", "T"))
    ledger.kept("edges", "S/S'")["value"] = 0.2
    assert content_kept(ledger) == kept


@pytest.mark.parametrize(("misled", "telling"), [("edges", "ssim"), ("ssim", "edges")])
def test_translated_images_that_one_measure_finds_kept_are_kept(told, misled, telling):
    ledger = told(kept="lost", of=("U",))
    ledger.kept(telling).update(value=0.9, low=0.88, high=0.92)
    assert content_kept(ledger) == "kept"
    assert content_kept(ledger, misled) == "lost"


def test_decoded_images_are_not_called_kept_by_their_structural_similarity(told):
    ledger = told(kept="lost", of=("T",))
    ledger.kept("ssim").update(value=0.9, low=0.88, high=0.92)
    assert content_kept(ledger) == "lost"
