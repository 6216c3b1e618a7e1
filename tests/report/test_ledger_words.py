"""The sentences are right whichever way a ledger falls."""

import pytest

from synthgap_cli.report.sections.ledger_words import (
    closing,
    contents,
    densities,
    other_numbers,
    utilities,
)

WEAK = "too weak to judge"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("closed", "The gap is closed as far as this judge sees: the share closed is 95.0%"),
        ("partly closed", "closes a part of the gap: the share closed is 60.0%"),
        ("not closed", "does not measurably close the gap: the share closed is 2.0%"),
        ("widened", "widens the gap: the share closed is −30.0%"),
        ("undecided", "undecided: the share closed is 40.0%"),
    ],
)
def test_the_headline_has_share_interval_judge_and_numbers(told, verdict, words):
    sentence = closing(told(verdict))
    assert words in sentence
    assert "95 % interval" in sentence and "small-cnn, ROC-AUC: 0.900" in sentence and "0.500" in sentence


def test_weak_judges_have_no_share_but_a_limit_of_what_they_would_have_seen(told):
    sentence = closing(told(WEAK))
    assert "small-cnn, edges and pixels told the originals apart" in sentence
    assert "small-cnn 0.570, edges 0.570, pixels 0.570" in sentence
    assert "share closed" not in sentence


def test_where_no_judge_sees_anything_that_is_no_proof(told):
    sentence = closing(told(WEAK, gap="none seen"))
    assert sentence.startswith("There is nothing to close")
    assert "does not prove" in sentence


def test_numbers_that_disagree_with_the_headline_are_counted_and_named(told):
    ledger = told("closed")
    for row, verdict in zip(ledger.closed[1:], ["widened", "closed", WEAK, "closed"], strict=True):
        row["verdict"] = verdict
    assert other_numbers(ledger) == (
        "The other numbers: 2 closed, 1 widened, 1 too weak to judge. Wider by edges (classifier AUC)."
    )
    assert other_numbers(told(WEAK)) == ""


@pytest.mark.parametrize(
    ("kept", "words"), [("kept", "are kept."), ("partly kept", "kept in part"), ("lost", "are lost")]
)
def test_pictures_are_told_beside_decoding_and_chance(told, kept, words):
    sentence = contents(told(kept=kept))
    assert words in sentence
    assert "decoding alone keeps 97.0%, chance 1.7%" in sentence
    assert "Structural similarity" in sentence


@pytest.mark.parametrize(
    ("use", "words"), [("better", "teach more than"), ("worse", "teach less"), ("unclear", "teach no more")]
)
def test_use_is_told_beside_synthetic_and_real_training(told, use, words):
    sentence = utilities(told(use=use))
    assert words in sentence
    assert "on synthetic images 65.0%" in sentence and "on real images 98.0%" in sentence
    assert "reads 98.0% (97.0% to 99.0%) of the shifted images as what they are to show" in sentence


def test_a_gain_is_told_and_decides_where_it_is_known(told):
    ledger = told(use="unclear")
    ledger.accuracy("T", "R").update(gain=0.02, gain_low=0.01, gain_high=0.03)
    sentence = utilities(ledger)
    assert "teach more than" in sentence
    assert "The gain over synthetic images, image by image: 2.0% (1.0% to 3.0%)." in sentence


def test_without_labels_nothing_is_said_of_use(told):
    assert utilities(told(use=None)) == ""


@pytest.mark.parametrize(
    ("distance", "words"), [(3.2, "lie among"), (4.0, "nearer to the real ones, but"), (4.9, "no nearer")]
)
def test_shifted_latents_lie_among_real_ones_or_not(told, distance, words):
    ledger = told()
    ledger.latents("T")["nearest_real"] = distance
    assert words in densities(ledger)


def test_of_translated_images_it_is_said_what_they_are(told):
    ledger = told(of=("U", "T"))
    assert "between real and synthetic images" in closing(ledger)
    assert "of the translated images have their own origin" in contents(ledger)
    assert "among the synthetic ones; chance" in contents(ledger)
    assert utilities(ledger).startswith("Translated images teach more")
    assert "98.0% (97.0% to 99.0%) of the synthetic ones" in utilities(ledger)
    assert closing(told(WEAK, of=("U",))).startswith("There is nothing to close: no judge tells real from")
