"""Gap, pictures and use together: right in every combination."""

import itertools

import pytest

from synthgap_cli.report.sections.ledger_together import together

WEAK = "too weak to judge"


@pytest.mark.parametrize(
    ("verdict", "kept", "use", "words"),
    [
        ("closed", "kept", "better", "closes the gap and keeps the pictures, and classifiers learn more"),
        ("partly closed", "partly kept", "better", "at the price of pictures kept only in part"),
        ("closed", "kept", None, "was not measured: that needs labels"),
        ("closed", "kept", "unclear", "gets smaller, and yet training gains nothing"),
        ("partly closed", "kept", "worse", "is worth less"),
        ("closed", "lost", "unclear", "That is no success"),
        ("closed", "lost", None, "That is no success"),
        ("closed", "lost", "better", "labels have survived"),
        ("not closed", "lost", "worse", "should not be used"),
        ("not closed", "kept", "better", "for training, the shift helps although a gap is left"),
        ("undecided", "kept", "better", "remains open, and yet"),
        ("undecided", "kept", "unclear", "More independent images"),
        ("not closed", "kept", None, "The leading judge sees no less of a gap after the shift."),
        ("widened", "kept", "worse", "sees more of a gap after the shift, and classifiers learn no more"),
        (WEAK, "kept", "unclear", "no reason to use shifted images"),
        (WEAK, "kept", None, "no reason to use shifted images"),
        (WEAK, "kept", "better", "Nothing to close by the judges, and yet"),
        (WEAK, "lost", None, "loses the pictures and closes no gap"),
    ],
)
def test_what_disagrees_is_said_together(told, verdict, kept, use, words):
    assert words in together(told(verdict, kept=kept, use=use))


@pytest.mark.parametrize(
    ("leading", "others", "words"),
    [
        ("not closed", "partly closed", "Most other numbers, though, see less of a gap than before: 4 of 4."),
        ("undecided", "closed", "see less of a gap than before: 4 of 4."),
        ("closed", "not closed", "Most other numbers do not see it, though: 4 of 4."),
    ],
)
def test_numbers_that_contradict_the_leading_judge_are_heard(told, leading, others, words):
    ledger = told(leading, use="unclear")
    assert "other numbers" not in together(ledger)
    for row in ledger.closed[1:]:
        row["verdict"] = others
    assert words in together(ledger)


def test_judges_that_are_too_weak_contradict_nobody(told):
    ledger = told("closed")
    for row in ledger.closed[1:]:
        row["verdict"] = WEAK
    assert "other numbers" not in together(ledger)


@pytest.mark.parametrize(
    ("verdict", "kept", "use"),
    list(
        itertools.product(
            ["closed", "partly closed", "not closed", "widened", "undecided", WEAK],
            ["kept", "partly kept", "lost"],
            ["better", "worse", "unclear", None],
        )
    ),
)
def test_success_is_claimed_only_where_gap_and_pictures_allow_it(told, verdict, kept, use):
    sentence = together(told(verdict, kept=kept, use=use))
    claims = sentence.startswith("The shift closes")
    assert claims == (verdict in ("closed", "partly closed") and kept != "lost" and use in ("better", None))
