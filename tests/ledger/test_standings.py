"""Several ledgers beside each other."""

import math
from dataclasses import replace

import pytest

from synthgap_cli.ledger.standings import Standing, beaten_by_pixels, rank, unfit
from synthgap_cli.ledger.told import Ledger


def standing(name, closed=0.5, *, pair="R/U", kept=0.95, utility=None, verdict="partly closed", after="gap"):
    """A ledger of which little is known; ``utility`` is read after the outcome, .5 after S, to .04."""
    outcome = pair[-1]
    headline = [] if math.isnan(closed) else [
        {"after_pair": pair, "closed": closed, "verdict": verdict, "headline": 1}
    ]  # fmt: skip
    changes = {"U": ("S/U",), "T": ("S'/T", "S/S'")}[outcome]
    read = {"S": 0.5, outcome: utility} if utility else {}
    ledger = Ledger(
        pairs=[{"pair": pair, "verdict": after}],
        all_closed=headline,
        content=[
            {"measure": "edges", "of": change, "value": value, "low": value - 0.02, "high": value + 0.02}
            for change, value in zip(changes, (kept, 0.98), strict=False)
        ],
        utility=[
            {
                "trained_on": one,
                "tested_on": "R",
                "accuracy": value,
                "low": value - 0.03,
                "high": value + 0.03,
                "gain_low": value - 0.54,
                "gain_high": value - 0.46,
            }
            for one, value in read.items()
        ],
    )
    return Standing(name, tuple(name.split(".")), ledger)


def test_the_larger_share_comes_first_and_translated_images_before_decoded_ones():
    given = [
        standing("vae.a", 0.9, pair="R'/T"),
        standing("vae.b.affine", 0.3),
        standing("vae.c.affine", math.nan, after="none seen"),
        standing("pixels.d", 0.6),
    ]
    assert [one.name for one in rank(given)] == ["pixels.d", "vae.b.affine", "vae.c.affine", "vae.a"]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ({"kept": 0.1}, "pictures are lost"),
        ({"utility": 0.4}, "worse to learn from than S (0.400 of real images read right, 0.500 after S)"),
        ({"verdict": "widened", "closed": -0.3}, "widens the gap"),
        ({"closed": math.nan}, "brings a gap where none was seen"),
    ],
)
def test_what_does_harm_comes_last_whatever_it_closes(harm, words):
    bad = standing("vae.bad.affine", **{"closed": 0.99, **harm})
    assert words in bad.harm
    assert [one.name for one in rank([bad, standing("vae.good", 0.1, pair="R'/T")])][-1] == "vae.bad.affine"


@pytest.mark.parametrize(("read", "harm"), [(0.9, ""), (0.5, "labels are read less often"), (None, "labels")])
def test_where_labels_are_all_that_must_be_kept_pictures_may_change(read, harm):
    changed = standing("vae.a.affine", kept=0.1)
    rows = [("S", 0.8), ("U", read)] if read else []
    changed.ledger.utility.extend(
        {"trained_on": "R", "tested_on": on, "accuracy": value, "low": value - 0.05, "high": value + 0.05}
        for on, value in rows
    )
    assert changed.harm == "its pictures are lost"
    assert harm in replace(changed, keep="labels").harm
    assert bool(unfit(changed.ledger, keep="labels")) == bool(harm)


@pytest.mark.parametrize(
    "fine", [{"utility": 0.48}, {"utility": 0.9}, {"kept": 0.7}, {"closed": math.nan, "after": "none seen"}]
)
def test_what_the_intervals_leave_open_is_no_harm(fine):
    assert standing("vae.a.affine", **fine).harm == ""


def test_a_rival_in_pixels_that_does_as_well_is_told():
    coded = standing("vae.a.affine", 0.4)
    told = beaten_by_pixels([coded, standing("pixels.adain", 0.4)])
    assert "pixels.adain, in pixels, closes 40%" in told and "not worth its training" in told
    assert beaten_by_pixels([coded, standing("pixels.adain", 0.39)]) == ""


@pytest.mark.parametrize(
    ("coded", "rival"),
    [
        (standing("vae.a", 0.4, pair="R'/T"), standing("pixels.b", 0.5)),
        (standing("vae.a.affine", 0.4), standing("pixels.b", 0.5, kept=0.1)),
        (standing("vae.a.affine", 0.4, utility=0.7), standing("pixels.b", 0.5, utility=0.55)),
        (standing("vae.a.affine", 0.4), standing("vae.b.affine", 0.5)),
    ],
    ids=["shares of other gaps", "rival loses pictures", "autoencoder teaches more", "no rival"],
)
def test_it_is_not_told_where_it_would_be_wrong(coded, rival):
    assert beaten_by_pixels([coded, rival]) == ""


def test_pictures_kept_by_neither_measure_are_not_handed_over():
    one = standing("pixels.ot", kept=0.6)
    alike = {"measure": "ssim", "of": "S/U", "value": 0.7, "low": 0.69, "high": 0.71}
    one.ledger.content.append(alike)
    assert unfit(one.ledger) == "only 70% of its pictures are kept"
    alike["value"] = 0.85
    assert unfit(one.ledger) == ""
